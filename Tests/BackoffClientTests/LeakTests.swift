import Backoff
import BackoffClient
import Fixtures
import Glibc
import HTTPSemantics
import HTTPTypes
import MockServer
import TestSupport
import Testing

/// What cancelled calls leave behind: nothing.
@Suite(.timeLimit(.minutes(10))) struct LeakTests {
    private static let fixture = """
        routes:
          - { match: GET /quick, reply: { success: {} } }
          - { match: GET /slow, reply: { success: {}, delay: 30ms } }
          - { match: GET /refused, reply: { status: 503, retry-after: 1s } }
          - { match: GET /long, reply: { status: 200, text: "\(String(repeating: "x", count: 100_000))" } }
        """

    private static func openFiles() throws -> Int {
        let folder = try #require(opendir("/proc/self/fd"))
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count
    }

    private static func residentKilobytes() throws -> Int {
        let file = try #require(fopen("/proc/self/status", "r"))
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("VmRSS:") { return Int(text.filter(\.isNumber)) ?? 0 }
        }
        return 0
    }

    /// Calls that are cancelled after a random number of yields; every other one reads a stream.
    private static func cancelled(_ count: Int, with client: BackoffClient, on port: UInt16, _ seed: UInt64) async {
        var generator = SeededGenerator(seed: seed)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                if number >= 100 { await group.next() }
                let path = ["/quick", "/slow", "/refused", "/long"][number % 4]
                let yields = Int.random(in: 0...300, using: &generator)
                group.addTask {
                    let request = HTTPRequest(
                        method: .get, scheme: "http", authority: "127.0.0.1:\(port)", path: path)
                    let call = Task {
                        if number.isMultiple(of: 2) {
                            _ = try await client.perform(request)
                        } else {
                            for try await _ in try await client.stream(request).body {}
                        }
                    }
                    for _ in 0..<yields { await Task.yield() }
                    call.cancel()
                    _ = await call.result
                }
            }
        }
    }

    @Test func `ten thousand calls cancelled at random moments leave nothing behind`() async throws {
        let fixture = try Fixture(text: Self.fixture)
        try await withMockUpstream(fixture) { lane in
            var configuration = BackoffClient.Configuration()
            configuration.budget = nil
            configuration.quota = nil
            configuration.concurrency = 50
            configuration.proxy = .direct
            let filesBefore = try Self.openFiles()
            do {
                let client = try BackoffClient(configuration)
                await Self.cancelled(2_000, with: client, on: lane.port, 1)
                let warm = try Self.residentKilobytes()
                await Self.cancelled(8_000, with: client, on: lane.port, 2)
                // The allocator's own ups and downs, and the journal of the server in this process.
                #expect(try Self.residentKilobytes() - warm < 40_000)
                // Every place is free again: fifty calls at once find theirs.
                let authority = "127.0.0.1:\(lane.port)"
                let quick = HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/quick")
                let answered = await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<50 { group.addTask { (try? await client.perform(quick)) != nil } }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(answered == 50)
            }
            // The client's thread, its descriptors and its connections went with it; the server notices in its time.
            while try Self.openFiles() > filesBefore { await Task.yield() }
        }
    }
}
