import Backoff
import BackoffClient
import HTTPTypes
import Logging
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10))) struct ObservationTests {
    /// Keeps what was logged.
    final class Lines: Sendable {
        private let lines = Mutex<[(level: Logger.Level, message: String, metadata: Logger.Metadata)]>([])
        var all: [(level: Logger.Level, message: String, metadata: Logger.Metadata)] { lines.withLock { $0 } }
        func add(_ event: LogEvent) {
            lines.withLock { $0.append((event.level, "\(event.message)", event.metadata ?? [:])) }
        }
    }

    struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) { lines.add(event) }
    }

    @Test func `each attempt is logged with time, number, elapsed, reason and wait`() async throws {
        let server = ScriptedServer([.receive, .status(429, "Retry-After: 2\r\n"), .receive, .reset], [.receive, .ok])
        let lines = Lines()
        let client = try hastyClient { $0.logger = Logger(label: "test") { _ in Handler(lines: lines) } }
        _ = try await client.perform(HTTPRequest(to: server))
        let all = lines.all
        #expect(all.map(\.message) == [String](repeating: "attempt ended", count: 3))
        #expect(all.allSatisfy { $0.level == .debug })
        #expect(all.map { $0.metadata["attempt.number"] } == ["1", "2", "3"])
        #expect(all.map { $0.metadata["decision"] } == ["wait", "wait", "finish"])
        #expect(all[0].metadata["http.response.status_code"] == "429")
        #expect(all[0].metadata["reason"] == "Retry-After 2s")
        #expect(all[1].metadata["reason"] == "backoff")
        #expect(all[2].metadata["wait"] == nil)
        for line in all {
            #expect(line.metadata["attempt.started"].map { "\($0)" }?.hasSuffix(" GMT") == true)
            #expect(line.metadata["attempt.elapsed"] != nil)
            #expect(line.metadata["http.request.method"] == "GET")
        }
    }
}
