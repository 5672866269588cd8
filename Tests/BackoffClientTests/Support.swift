import Backoff
import BackoffClient
import HTTPTypes
import Synchronization

/// Sleeps that take no time and are remembered.
final class RecordedSleeps: Sendable {
    private let durations = Mutex<[Duration]>([])
    var all: [Duration] { durations.withLock { $0 } }
    func sleep(_ duration: Duration) { durations.withLock { $0.append(duration) } }
}

/// A client that does not really sleep between attempts.
func hastyClient(
    _ sleeps: RecordedSleeps = RecordedSleeps(), _ change: (inout BackoffClient.Configuration) -> Void = { _ in }
) throws -> BackoffClient {
    var configuration = BackoffClient.Configuration()
    configuration.seed = 2
    configuration.sleep = { sleeps.sleep($0) }
    change(&configuration)
    return try BackoffClient(configuration)
}

extension HTTPRequest {
    init(_ method: Method = .get, to server: ScriptedServer, path: String = "/", key: String? = nil) {
        self.init(method: method, scheme: "http", authority: server.authority, path: path)
        if let key { headerFields[.idempotencyKey] = key }
    }
}

extension ScriptedServer.Step {
    static let ok = send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    static func status(_ status: Int, _ fields: String = "") -> ScriptedServer.Step {
        send("HTTP/1.1 \(status) Some Reason\r\n\(fields)Content-Length: 0\r\n\r\n")
    }
}

/// What a call ends with, as a value: an error is as good a result here as a response.
func outcome(of body: () async throws(BackoffError) -> BackoffResponse) async -> Result<BackoffResponse, BackoffError> {
    do { return .success(try await body()) } catch { return .failure(error) }
}

extension Result<BackoffResponse, BackoffError> {
    var status: Int? { if case .success(let response) = self { response.response.status.code } else { nil } }
    var reason: BackoffError.Reason? { if case .failure(let error) = self { error.reason } else { nil } }
    var history: [Attempt] {
        switch self {
        case .success(let response): response.history
        case .failure(let error): error.history
        }
    }
    var outcomes: [Attempt.Outcome] { history.map(\.outcome) }
}
