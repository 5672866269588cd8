import Backoff
import BackoffClient
import HTTPTypes
import Logging
import Metrics
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

    /// Keeps what was counted.
    final class Counts: MetricsFactory, Sendable {
        private let counts = Mutex<[String: Int64]>([:])
        var all: [String: Int64] { counts.withLock { $0 } }

        final class One: CounterHandler {
            let label: String
            let counts: Counts
            init(label: String, counts: Counts) { (self.label, self.counts) = (label, counts) }
            func increment(by amount: Int64) { counts.counts.withLock { $0[label, default: 0] += amount } }
            func reset() { counts.counts.withLock { $0[label] = 0 } }
        }

        func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
            One(label: label, counts: self)
        }
        func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
            NOOPMetricsHandler.instance
        }
        func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
            NOOPMetricsHandler.instance
        }
        func destroyCounter(_ handler: any CounterHandler) {}
        func destroyRecorder(_ handler: any RecorderHandler) {}
        func destroyTimer(_ handler: any TimerHandler) {}
    }

    @Test func `attempts, retries and calls given up are counted`() async throws {
        let server = ScriptedServer([
            .receive, .status(503), .receive, .ok, .receive, .status(503), .receive, .status(503),
        ])
        let counts = Counts()
        let client = try hastyClient {
            $0.metrics = counts
            $0.policy.attempts = 2
        }
        _ = try await client.perform(HTTPRequest(to: server))
        _ = await outcome { () async throws(BackoffError) in try await client.perform(HTTPRequest(to: server)) }
        #expect(
            counts.all == [
                "backoff_client_attempts_total": 4, "backoff_client_retries_total": 2,
                "backoff_client_given_up_total": 1,
            ])
    }

    @Test func `resends are numbered as OpenTelemetry does`() async throws {
        let server = ScriptedServer([.receive, .status(503), .receive, .status(503), .receive, .ok])
        let lines = Lines()
        let client = try hastyClient { $0.logger = Logger(label: "test") { _ in Handler(lines: lines) } }
        _ = try await client.perform(HTTPRequest(to: server))
        #expect(lines.all.map { $0.metadata["http.request.resend_count"] } == [nil, "1", "2"])
    }
}
