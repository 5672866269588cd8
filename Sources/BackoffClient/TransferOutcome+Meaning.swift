import Backoff
import HTTPSemantics

extension TransferOutcome {
    /// What the end of an attempt says of the caller's quota.
    func quotaOutcome(received: WallTime) -> PacingGate.Outcome {
        guard case .response(let status, let fields, _) = self else { return .unknown }
        let announced = status >= 400 ? WaitAnnouncement(fields, received: received).wait : nil
        // Only these may say a time since 1970, which is the server's.
        let isDated = fields["X-RateLimit-Reset"] != nil || fields["X-Rate-Limit-Reset"] != nil
        let date = isDated ? fields["Date"].flatMap { HTTPDate.parse($0, reference: received) } : nil
        let sent = date?.time ?? received
        let quota = RateLimitFields(fields, received: sent)
        if status == 429 || (announced ?? .zero) > .zero { return .refused(wait: announced ?? quota.wait, quota) }
        return status >= 500 ? .unknown : .admitted(quota)
    }

    /// Whether the server refused because of a limit.
    var isThrottled: Bool {
        guard case .response(let status, _, _) = self else { return false }
        return status == 429
    }

    /// Whether the server works, a refusal by a limit included; nil if the attempt says nothing about it.
    var isHealthy: Bool? {
        switch self {
        case .response(let status, _, _): status < 500
        case .failure: false
        case .cancelled, .shutDown: nil
        }
    }
}
