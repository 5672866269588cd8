internal import HTTPSemantics

/// What many decisions have in common: all but the number of the attempt and what limits say.
struct DecisionOutline: Sendable {
    private let source: Decision.Source
    private let route: String?
    private let status: Int
    private let fault: String?
    private let delay: Duration
    private let limits: [String]

    init(_ decision: Decision) {
        source = decision.source
        route = decision.route
        status = decision.status
        fault = decision.fault
        delay = decision.delay
        limits = decision.limits.map(\.name)
    }

    func fits(_ decision: Decision) -> Bool {
        guard status == decision.status, delay == decision.delay, limits.count == decision.limits.count,
            source == decision.source, route == decision.route, fault == decision.fault
        else { return false }
        for index in limits.indices where limits[index] != decision.limits[index].name { return false }
        return true
    }

    func decision(attempt: Int, _ reading: (_ limit: String) -> LimitReading) -> Decision {
        Decision(
            source: source, route: route, attempt: attempt, status: status, fault: fault, delay: delay,
            limits: limits.map(reading))
    }
}
