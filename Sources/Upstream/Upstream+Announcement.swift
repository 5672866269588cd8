internal import Fixtures
public import HTTPSemantics

extension Upstream {
    /// The field by which a reply announces a wait, if it is sent at `now`: all that a client's backoff needs of the
    /// response besides its status. What a response's own template says is not looked at.
    public func announcement(of plan: ReplyPlan, at now: Instant) -> (name: String, value: String)? {
        let sent = SendTime(instant: now, wall: wall)
        switch plan.outcome {
        case .script(let route, let position):
            let reply = prepared.fixture.routes[route].replies[position]
            guard let script = reply.retryAfter else { return nil }
            guard case .refusal(let limit) = reply.content else {
                return AnnouncedWait(script, hint: nil, sentAt: sent).field(sentAt: sent)
            }
            return AnnouncedWait(script, hint: prepared.fixture.dialect.refusal(pretending: limit).hint, sentAt: sent)
                .field(sentAt: sent)
        case .refused(_, let limit):
            let state = plan.limits.first { $0.limit == limit }
            let position = prepared.refusal(of: limit, cause: state?.cause ?? .rate)
            let hint = prepared.fixture.dialect.refusals[position].hint
            return AnnouncedWait(until: hint.announced(by: state, of: plan, at: now), hint: hint).field(sentAt: sent)
        case .exhausted, .replayed, .keyInUse, .keyReused, .unmatched: return nil
        }
    }
}
