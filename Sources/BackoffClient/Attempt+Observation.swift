import Backoff
import HTTPSemantics
import HTTPTypes
import Logging
import Metrics

extension Attempt {
    /// What a log line says of the attempt. Messages stay constant; everything that varies is here.
    func metadata(of request: HTTPRequest) -> Logger.Metadata {
        let started = MonotonicClock.wall + (.zero - elapsed)
        var metadata: Logger.Metadata = [
            "http.request.method": "\(request.method.rawValue)",
            "attempt.number": "\(number)",
            "attempt.started": "\(HTTPDate.format(started))",
            "attempt.elapsed": "\(DurationText.print(elapsed))",
        ]
        // OpenTelemetry's name for it (semantic conventions for HTTP); absent on the first attempt.
        if number > 1 { metadata["http.request.resend_count"] = "\(number - 1)" }
        switch outcome {
        case .response(let status): metadata["http.response.status_code"] = "\(status)"
        case .failure(let failure): metadata["error"] = "\(failure.rawValue)"
        }
        switch decision {
        case .finish: metadata["decision"] = "finish"
        case .wait(let wait, let reason):
            metadata["decision"] = "wait"
            metadata["wait"] = "\(DurationText.print(wait))"
            metadata["reason"] = "\(reason.name)"
        case .giveUp(let reason):
            metadata["decision"] = "give up"
            metadata["reason"] = "\(reason)"
        }
        return metadata
    }
}

extension RetryDecision.WaitReason {
    fileprivate var name: String {
        switch self {
        case .backoff: "backoff"
        case .announced(let wait): "Retry-After \(DurationText.print(wait))"
        case .announcementUnusable: "backoff, Retry-After unusable"
        }
    }
}

/// What a client counts for swift-metrics.
struct AttemptCounters: Sendable {
    private let attempts: Counter
    private let retries: Counter
    private let givenUp: Counter

    init(_ factory: any MetricsFactory) {
        attempts = Counter(label: "backoff_client_attempts_total", dimensions: [], factory: factory)
        retries = Counter(label: "backoff_client_retries_total", dimensions: [], factory: factory)
        givenUp = Counter(label: "backoff_client_given_up_total", dimensions: [], factory: factory)
    }

    func count(_ attempt: Attempt) {
        attempts.increment()
        switch attempt.decision {
        case .finish: break
        case .wait: retries.increment()
        case .giveUp: givenUp.increment()
        }
    }
}
