import HTTPSemantics
import Journal
import TestSupport
import Testing

/// `retrograde grade --journal FILE`.
struct GradeJournalTests {
    /// A journal of one call: refused with a wait of two seconds, and asked again after `wait` seconds.
    private func journal(wait: Double, header: Bool = true, from number: UInt64 = 0) -> String {
        let wall = WallLine(origin: WallTime(secondsSinceEpoch: 1_795_507_200))
        var bytes =
            header
            ? JournalLine.header(JournalHeader(lane: "lane-1", fixture: "busy", seed: 7, wall: wall)).bytes : []
        var number = number
        func add(_ exchange: UInt64, at seconds: Double, _ event: JournalEntry.Event) {
            let instant = Instant.zero + .nanoseconds(Int64(seconds * 1e9))
            bytes +=
                JournalLine.entry(
                    JournalEntry(number: number, instant: instant, exchange: exchange, event: event)
                ).bytes
            number += 1
        }
        for (exchange, at, status) in [(1, 1.0, 429), (2, 1.001 + wait, 200)] as [(UInt64, Double, Int)] {
            add(
                exchange, at: at,
                .arrived(
                    Arrival(connection: 1, method: "GET", target: "/a", fields: FieldBlock([]), peer: "127.0.0.1:1")))
            add(exchange, at: at, .received(BodySummary(length: 0, digest: "", complete: true)))
            add(
                exchange, at: at + 0.001,
                .replied(ReplyHead(status: status, fields: FieldBlock(status == 429 ? [("Retry-After", "2")] : []))))
            add(exchange, at: at + 0.001, .completed)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func grade(_ text: String, _ options: String..., only: String = "RA-01") async throws -> CommandRun {
        let folder = try TemporaryFolder()
        let file = try folder.write(text, to: "requests.ndjson")
        return await CommandRun.retrograde(["grade", "--only", only, "--journal", file] + options)
    }

    @Test(arguments: [(2.0, 0), (0.5, 1)] as [(Double, Int32)])
    func `judges what was recorded, in the words of every other place`(wait: Double, code: Int32) async throws {
        let run = try await grade(journal(wait: wait))
        #expect(run.code == code)
        #expect(run.output.contains("requests.ndjson (busy)\nsuite standard · seed 7 · "))
        #expect(run.output.hasSuffix("\n1 rule: 1 \(code == 0 ? "passed" : "failed")\n"))
        #expect(run.output.contains("waited 0.500 s") == (code == 1))
        #expect(run.output.contains("retrograde grade --only RA-01 --journal ") == (code == 1))
    }

    @Test func `a rule that needs runs of its own says so`() async throws {
        let run = try await grade(journal(wait: 2), only: "JT-02")
        #expect(run.code == 0)
        #expect(run.output.contains("actual    it needs runs of its own: retrograde grade --only JT-02"))
    }

    @Test func `what is missing leaves no verdict, and is said`() async throws {
        let torn = try await grade(journal(wait: 2) + "nonsense\n")
        #expect(torn.code == 0)
        #expect(torn.output.contains("1 rule: 1 inconclusive"))
        #expect(torn.diagnostics.contains("requests.ndjson:10:1: warning: "))
        #expect(try await grade(journal(wait: 2) + "nonsense\n", "--strict").code == 1)
        let begun = try await grade(journal(wait: 2, from: 5))
        #expect(begun.output.contains("1 rule: 1 inconclusive"))
        let cut = try await grade(journal(wait: 2) + "{\"numb")
        #expect(cut.output.hasSuffix("\n1 rule: 1 passed\n"))
        #expect(cut.diagnostics.contains("the last line is cut; it is not judged"))
    }

    @Test func `what is no journal is refused`() async throws {
        let text = try await grade("hello\n")
        #expect(text.code == 2)
        #expect(text.diagnostics.contains("requests.ndjson:1:1: error: "))
        #expect(try await grade(journal(wait: 2, header: false)).code == 2)
        let empty = try await grade(journal(wait: 2).split(separator: "\n").prefix(1).joined() + "\n")
        #expect(empty.code == 2)
        #expect(empty.diagnostics.contains("holds no request, so there is nothing to judge"))
        #expect(await CommandRun.retrograde("grade", "--journal", "./missing").code == 2)
    }

    @Test func `takes the name, the settings and the waivers of a client file`() async throws {
        let folder = try TemporaryFolder()
        let client = try folder.write(
            "name: mine\nwaivers: { RA-01: known }\ncommands: { get: 'curl {url}' }\n", to: "mine.yaml")
        let run = try await grade(journal(wait: 0.5), client)
        #expect(run.code == 0)
        #expect(run.output.hasPrefix("mine\n"))
        #expect(run.output.contains("fail, waived: "))
    }
}
