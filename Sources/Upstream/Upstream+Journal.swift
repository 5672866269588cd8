internal import Fixtures
public import Journal

extension Upstream {
    /// A plan in the words of the journal.
    public func decision(_ plan: ReplyPlan) -> Decision {
        let (source, route): (Decision.Source, Int?) =
            switch plan.outcome {
            case .script(let route, let reply): (.script(reply: reply), route)
            case .refused(let route, let limit): (.limit(prepared.fixture.limits[limit].name), route)
            case .exhausted(let route): (.exhausted, route)
            case .replayed(let route, _): (.replayed, route)
            case .keyInUse(let route): (.keyInUse, route)
            case .keyReused(let route): (.keyReused, route)
            case .unmatched: (.unmatched, nil)
            }
        return Decision(
            source: source, route: route.map { prepared.fixture.routes[$0].match.text }, attempt: plan.attempt,
            status: plan.status, fault: plan.fault?.text ?? plan.delivery.defect, delay: plan.delay,
            limits: plan.limits.map { limit in
                LimitReading(
                    name: prepared.fixture.limits[limit.limit].name, capacity: limit.capacity,
                    remaining: limit.remaining,
                    retryAt: limit.retryAt, resetAt: limit.resetAt)
            })
    }
}
