internal import Grading
internal import HTTPSemantics
internal import Journal

extension Grade {
    /// The largest journal that is read: 512 MiB, some millions of entries.
    private static let journalLimit = 512 << 20

    /// Judges a recorded journal. Rules that need runs of their own are not applicable.
    func judgeJournal(_ path: String, in context: Context) throws -> ExitStatus {
        let accepted = try baseline.map(Self.readBaseline)
        let client = try clientFile.map { try loadClient($0, context) }
        let recording = try Self.readJournal(path, context)
        let (exchanges, stalls) = Exchange.gather(recording.entries)
        guard let header = recording.header, let first = recording.entries.first, let last = recording.entries.last,
            !exchanges.isEmpty
        else { throw Failure(message: "\(path) holds no request, so there is nothing to judge") }

        // What came before the first line and what could not be read is missing, be it one entry or many.
        let missing = first.number + UInt64(recording.problems.count)
        var observation = Observation(
            exchanges: exchanges, wall: header.wall, wallSteps: WallStep.gather(recording.entries), stalls: stalls,
            dropped: missing)
        let judgements = try selectedRules().map { rule in
            observation.settings = client?.settings[rule.id] ?? [:]
            return ReportCard.Judgement(rule, rule.judge(observation), waiver: client?.waivers[rule.id])
        }
        let card = ReportCard(
            client: client?.name ?? "\(path) (\(header.fixture))", suite: suite, seed: header.seed,
            judgements: judgements)
        let report = Report(
            card: card, strict: strict, elapsed: (last.instant - first.instant).inSeconds,
            options: repeatedOptions + ["--journal", path], client: clientFile.map { [$0] } ?? [],
            comparison: accepted?.compare(card, strict: strict))
        try write(report, in: context)
        return status(of: report, in: context)
    }

    /// Reads a journal, and says what is wrong with it.
    private static func readJournal(_ path: String, _ context: Context) throws -> Recording {
        let text: [UInt8]
        do throws(FileReadError) {
            text = try bytes(ofFile: path == "-" ? "/dev/stdin" : path, limit: journalLimit)
        } catch {
            throw Failure(message: "the journal \(path) \(error.reason)")
        }
        let recording = Recording(text)
        let name = path == "-" ? "standard input" : path
        func line(_ problem: Recording.Problem, _ severity: String) -> String {
            "\(name):\(problem.line):\(problem.column): \(severity): \(Printable.text(problem.message))"
        }
        guard recording.header != nil else {
            let lines = recording.problems.prefix(10).map { line($0, "error") }
            throw Failure(message: "the journal cannot be read\n" + lines.joined(separator: "\n"))
        }
        for problem in recording.problems.prefix(10) { context.diagnostics.write(line(problem, "warning") + "\n") }
        if recording.problems.count > 10 {
            context.diagnostics.write("\(name): \(recording.problems.count - 10) more problems are not shown\n")
        }
        if recording.isTruncated {
            context.diagnostics.write("\(name): warning: the last line is cut; it is not judged\n")
        }
        return recording
    }
}
