internal import Backoff
internal import BackoffClient
internal import FoundationEssentials
internal import HTTPSemantics
internal import HTTPTypes

/// A call for programs. Its keys are an interface: they are added to, never renamed. Times are in seconds, those of
/// attempts since the client began.
struct CallReport: Encodable {
    var url: String
    var method: String
    /// Whether it was answered below 400.
    var answered: Bool
    /// Of the answer, or of the last response.
    var status: Int?
    /// Why there was no answer.
    var error: String?
    var bodyBytes: Int
    var attempts: [Entry]

    struct Entry: Encodable {
        var number: Int
        var started: Double
        var elapsed: Double
        var status: Int?
        var failure: String?
        /// `finish`, `wait` or `give-up`.
        var decision: String
        /// How long was waited after it.
        var wait: Double?
        /// What the wait goes by (`backoff`, `announced`, `announcement-unusable`), or why it was given up.
        var reason: String?
        /// What the server asked for.
        var announced: Double?
    }

    init(_ outcome: CallOutcome, url: String, method: String) {
        self.url = url
        self.method = method
        answered = outcome.status == .good
        status = outcome.response?.status.code
        error = outcome.error?.description
        bodyBytes = outcome.bodySize
        attempts = outcome.history.map(Entry.init)
    }

    /// With a line end.
    var line: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }
}

extension CallReport.Entry {
    init(_ attempt: Attempt) {
        number = attempt.number
        started = (attempt.started - .zero).inSeconds
        elapsed = attempt.elapsed.inSeconds
        switch attempt.outcome {
        case .response(let status): self.status = status
        case .failure(let failure): self.failure = failure.rawValue
        }
        switch attempt.decision {
        case .finish: decision = "finish"
        case .wait(let wait, let reason):
            decision = "wait"
            self.wait = wait.inSeconds
            switch reason {
            case .backoff: self.reason = "backoff"
            case .announced(let announced):
                self.reason = "announced"
                self.announced = announced.inSeconds
            case .announcementUnusable: self.reason = "announcement-unusable"
            }
        case .giveUp(let reason):
            decision = "give-up"
            self.reason = reason.description
        }
    }
}
