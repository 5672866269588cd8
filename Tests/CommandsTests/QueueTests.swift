import BackoffQueue
import MockServer
import TestSupport
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(2))) struct QueueTests {
    let folder: TemporaryFolder
    let file: String

    init() throws {
        folder = try TemporaryFolder()
        file = "\(folder.path)/orders.queue"
    }

    @Test func `what is added is listed, sent and gone`() async throws {
        let fixture = """
            routes:
              - { match: "POST /orders/{n}", reply: { success: {} } }
              - { match: "* /*", reply: { status: 404 } }
            """
        try await withMockUpstream(text: fixture) { lane in
            let many = await CommandRun.retrograde(
                "queue", "add", file, "--data", "{}", "--requests", "3", "\(lane.url)/orders")
            #expect(many.code == 0 && many.output == "1 to 3\n", "\(many.diagnostics)")
            let one = await CommandRun.retrograde("queue", "add", "--priority", "1", file, "\(lane.url)/lost")
            #expect(one.output == "4\n")
            let list = await CommandRun.retrograde("queue", "list", file)
            let first = "4 waiting, 0 sending, 0 dead\n#4 waiting GET \(lane.url)/lost · priority 1\n#1 "
            #expect(list.output.hasPrefix(first), "\(list.output)")

            let run = await CommandRun.retrograde("queue", "run", "--concurrency", "1", file)
            #expect(run.code == 1)
            #expect(run.output == "3 answered, 1 dead\n")
            #expect(
                run.diagnostics == """
                    #4 GET /lost · dead · answered 404 Not Found
                    #1 POST /orders/0 · 200 OK
                    #2 POST /orders/1 · 200 OK
                    #3 POST /orders/2 · 200 OK

                    """)
            let dead = await CommandRun.retrograde("queue", "list", file)
            #expect(dead.output.hasSuffix("/lost · priority 1 · 1 request sent · answered 404 Not Found\n"))
            #expect(await CommandRun.retrograde("queue", "revive", file).output == "1 revived\n")
            #expect(await CommandRun.retrograde("queue", "run", file).code == 1)
            #expect(await CommandRun.retrograde("queue", "clear", file).output == "1 forgotten\n")
            #expect(await CommandRun.retrograde("queue", "run", file).output == "0 answered, 0 dead\n")
        }
    }

    @Test(arguments: [
        (["add", "FILE", "ftp://h"], 64, "is no URL"), (["add", "FILE", "h", "--after", "-1s"], 64, "is invalid"),
        (["add", "FILE", "h", "--requests", "0"], 64, "at least 1"),
        (["add", "FILE", "h", "--insecure"], 64, "not how they are sent"),
        (["add", "FILE", "h", "-H", "Content-Length: 2"], 64, "leave it out"),
        (["run", "FILE", "--concurrency", "0"], 64, "at least 1"),
        (["run", "/no/such/q"], 2, "/no/such/q does not exist"),
        (["add", "/no/such/folder/q", "h"], 2, "cannot be used"),
        (["list", "/no/such/q"], 2, "/no/such/q does not exist"),
        (["revive", "/no/such/q"], 2, "does not exist"), (["clear", "/no/such/q"], 2, "does not exist"),
        (["list", "/dev/null"], 2, "/dev/null"),
    ])
    func `says what is wrong`(words: [String], code: Int32, complaint: String) async {
        let run = await CommandRun.retrograde(["queue"] + words.map { $0 == "FILE" ? file : $0 })
        #expect(run.code == code)
        #expect(run.diagnostics.contains(complaint), "\(run.diagnostics)")
    }

    @Test func `the summary says what is left`() {
        var summary = CallQueue.Summary()
        (summary.answered, summary.postponed) = (5, 1)
        #expect(QueueRun.text(summary, waiting: 2) == "5 answered, 0 dead, put off once, 2 still wait")
        summary.postponed = 3
        #expect(QueueRun.text(summary, waiting: 0) == "5 answered, 0 dead, put off 3 times")
    }
}
