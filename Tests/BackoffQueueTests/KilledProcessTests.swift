import BackoffQueue
import FoundationEssentials
import HTTPTypes
import Journal
import MockServer
import Subprocess
import TestSupport
import Testing

/// Processes that send from a queue and are killed by SIGKILL, again and again.
///
/// A small one of the measurement in `Tests/Measurements/queue-kills.py`, which kills at random moments.
@Suite(.timeLimit(.minutes(5))) struct KilledProcessTests {
    private static let calls = 60
    private static let kills = 8

    // The replies take long enough that no sender is done before it is killed, however late this test hears of the
    // arrivals that it waits for: eight at a time need 1.6 s.
    private static let fixture = """
        idempotency: { header: Idempotency-Key, keep: 24h }
        routes: [ { match: "* /*", reply: { success: {}, delay: 200ms } } ]
        """

    @Test func `every call takes effect once, however often its sender is killed`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/calls.queue"
        try await withMockUpstream(text: Self.fixture) { lane in
            do {
                let queue = try CallQueue(path: path)
                for number in 0..<Self.calls {
                    let request = HTTPRequest(
                        method: .post, scheme: "http", authority: "127.0.0.1:\(lane.port)", path: "/\(number)")
                    try queue.add(request, body: Array("{\"order\": \(number)}".utf8))
                }
            }
            var seen: UInt64 = 0
            for kill in 1...Self.kills {
                let status = try await run(path) { process in
                    // Arrivals, bodies, decisions, replies and ends: another mixture each time.
                    let slice = await lane.journal(since: seen, waitingFor: 7 + 3 * kill, atMost: .seconds(60))
                    seen = slice.nextNumber
                    try process.send(signal: .kill)
                }
                #expect(status == .signaled(9), "it was under way")
            }
            #expect(try CallQueue(path: path).counts().values.reduce(0, +) > 0, "it was killed before it was done")
            #expect(try await run(path) { _ in } == .exited(0))
            #expect(try CallQueue(path: path).counts().isEmpty)

            let exchanges = Exchange.gather(await lane.journal().entries).exchanges
            let effects = Dictionary(grouping: exchanges.filter(\.tookEffect), by: \.arrival.target)
            #expect(effects.count == Self.calls)
            #expect(effects.values.allSatisfy { $0.count == 1 })
        }
    }

    private typealias Process = Execution<NoInput, DiscardedOutput, DiscardedOutput>

    private func run(_ path: String, _ body: (Process) async throws -> Void) async throws -> TerminationStatus {
        let folder = try #require(Self.buildFolder)
        return try await Subprocess.run(
            .name("env"), arguments: ["\(folder)/retrograde", "queue", "run", "--quiet", path],
            input: .none, output: .discarded, error: .discarded, body: body
        ).terminationStatus
    }

    /// The folder that holds the running test bundle, which is where SwiftPM puts executables too.
    private static var buildFolder: String? {
        let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return executable?.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }
}

extension Exchange {
    /// Whether the upstream did something for it that it had not done before.
    fileprivate var tookEffect: Bool {
        guard let decision, case .script = decision.source else { return false }
        return decision.status == 200
    }
}
