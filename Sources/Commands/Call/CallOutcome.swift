internal import Backoff
internal import BackoffClient
internal import HTTPSemantics
internal import HTTPTypes

/// How a call ended, as the command sees it.
struct CallOutcome: Sendable {
    /// Of the answer, or of the last response before the client gave up.
    var response: HTTPResponse?
    /// What is to be shown of its body; a body that went to a file is not here.
    var body: [UInt8] = []
    /// How much of it there was, in bytes.
    var bodySize = 0
    var history: [Attempt] = []
    var error: BackoffError?

    init() {}

    init(of call: () async throws(BackoffError) -> BackoffResponse) async {
        do { take(try await call()) } catch { take(error) }
    }

    init(_ error: BackoffError) { take(error) }

    private mutating func take(_ response: BackoffResponse) {
        (self.response, body, history) = (response.response, response.body, response.history)
        bodySize = body.count
    }

    private mutating func take(_ error: BackoffError) {
        if let response = error.lastResponse { take(response) }
        self.error = error
        history = error.history
    }

    /// What a redirection says that the client does not follow.
    var redirection: String? {
        guard let response, [301, 302, 303, 307, 308].contains(response.status.code),
            let location = response.headerFields[.location]
        else { return nil }
        return "not followed: Location \(Printable.text(location))"
    }

    var status: ExitStatus {
        if error == nil, let response, response.status.code < 400 { return .good }
        let reached = history.contains { attempt in
            switch attempt.outcome {
            case .response: true
            case .failure(let failure): !TransportFailure.beforeSending.contains(failure)
            }
        }
        return reached ? .failed : .impossible
    }
}

extension TransportFailure {
    /// The failures that mean that nobody was reached.
    fileprivate static let beforeSending: Set<TransportFailure> = [
        .nameNotResolved, .cannotConnect, .tlsHandshakeFailed, .certificateRefused, .unsendable,
    ]
}
