internal import Grading
internal import HTTPSemantics
internal import Journal

/// Writing, reading and judging a million lines of a journal, with the modules that do it, in this process.
enum JournalLines: Measurement {
    static let name = "journal"
    static let lines = [
        Line("writing journal lines (NDJSON)", .atLeast(250_000, .perSecond)),
        Line("reading journal lines", .atLeast(250_000, .perSecond)),
        Line("judging 1,000,000 journal lines", .atMost(5, .seconds)),
    ]

    static func method(_ session: Session) -> String {
        "\(count(session).grouped) lines, made of a recorded journal; the modules in this process, on one core"
    }

    static func run(_ session: Session) throws -> [Row] {
        let count = count(session)
        let sample = try record(session)
        let entries = repeated(sample.entries, count: count)
        var bytes: [UInt8] = []
        let writing = seconds {
            sample.header.map { JournalLine.header($0).append(to: &bytes) }
            for entry in entries { JournalLine.entry(entry).append(to: &bytes) }
        }
        var recording: Recording?
        let reading = seconds { recording = Recording(bytes) }
        guard let read = recording, read.problems.isEmpty, read.entries.count == count else {
            throw BenchError("the journal was not read as it was written")
        }
        let rules = RuleCatalogue.all.filter { $0.observe != nil }
        var findings = 0
        let judging = seconds {
            let (exchanges, stalls) = Exchange.gather(read.entries)
            let observation = Observation(
                exchanges: exchanges, wall: sample.header!.wall, wallSteps: WallStep.gather(read.entries),
                stalls: stalls, dropped: 0, settings: [:])
            for rule in rules where rule.judge(observation).verdict != .notApplicable { findings += 1 }
        }
        let size = "\((Double(bytes.count) / Double(count)).text()) B each"
        return [
            lines[0].measured(Double(count) / writing, "\(writing.text(2)) s, \(size)"),
            lines[1].measured(Double(count) / reading, "\(reading.text(2)) s"),
            lines[2].measured(
                judging * 1_000_000 / Double(count),
                "\(rules.count) rules that read journals, \(findings) found something"),
        ]
    }

    private static func count(_ session: Session) -> Int { session.isShort ? 100_000 : 1_000_000 }

    private static func record(_ session: Session) throws -> Recording {
        let server = try RetrogradeServer(session.workshop, fixture: Workshop.fixture("scripted"))
        _ = try PacedLoad(connections: 8, count: 2500).run(session.workshop, port: server.port)
        return try server.journal(session.workshop)
    }

    /// The same history again and again, with numbers, instants and exchanges that go on.
    private static func repeated(_ entries: [JournalEntry], count: Int) -> [JournalEntry] {
        guard let last = entries.last else { return [] }
        let exchanges = entries.map(\.exchange).max() ?? 0
        let length = Duration.nanoseconds(last.instant.nanoseconds)
        return (0..<count).map { number in
            var entry = entries[number % entries.count]
            let turn = number / entries.count
            entry.number = UInt64(number)
            entry.instant = entry.instant + length * turn
            if entry.exchange > 0 { entry.exchange += UInt64(turn) * exchanges }
            return entry
        }
    }

    private static func seconds(_ work: () -> Void) -> Double {
        let start = Clock.now()
        work()
        return Double(Clock.now() - start) / 1e9
    }
}
