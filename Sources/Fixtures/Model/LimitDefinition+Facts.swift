internal import HTTPSemantics
internal import RateLimiting

extension LimitDefinition {
    /// One thing that a definition says, in the words of a fixture, for those who print it.
    public struct Fact: Hashable, Sendable {
        public enum Value: Hashable, Sendable {
            case text(String)
            case number(Int64)
            case truth(Bool)
            indirect case facts([Fact])
        }

        public var name: String
        public var value: Value
    }

    /// The algorithm and its numbers, then what a request costs and what refusals lead to.
    public var facts: [Fact] {
        var facts = policy.facts
        facts.append(Fact(name: "cost", value: .text(cost.text)))
        if let penalty {
            facts.append(
                Fact(
                    name: "penalty",
                    value: .facts([
                        Fact(name: "for", value: .text(DurationText.print(penalty.duration))),
                        Fact(name: "extendedByRetries", value: .truth(penalty.extendedByRetries)),
                    ])))
        }
        if let escalation {
            facts.append(
                Fact(
                    name: "escalation",
                    value: .facts([
                        Fact(name: "refusals", value: .number(Int64(escalation.refusals))),
                        Fact(name: "within", value: .text(DurationText.print(escalation.within))),
                        Fact(name: "ban", value: .text(DurationText.print(escalation.ban))),
                    ])))
        }
        return facts
    }
}

extension LimitPolicy {
    fileprivate var facts: [LimitDefinition.Fact] {
        var facts = [LimitDefinition.Fact(name: "algorithm", value: .text(algorithm))]
        if let quota { facts.append(.init(name: "quota", value: .number(quota))) }
        if let window { facts.append(.init(name: "window", value: .text(DurationText.print(window)))) }
        switch self {
        case .fixedWindow(_, _, let start):
            facts.append(.init(name: "start", value: .text(start == .calendar ? "calendar" : "first-request")))
        case .tokenBucket(_, _, let burst, let queue), .gcra(_, _, let burst, let queue):
            facts.append(.init(name: "burst", value: .number(burst)))
            facts.append(.init(name: "queue", value: .number(queue)))
        case .slidingWindowLog, .slidingWindowCounter, .concurrency: break
        }
        facts.append(.init(name: "capacity", value: .number(capacity)))
        return facts
    }

    private var algorithm: String {
        switch self {
        case .fixedWindow: "fixed-window"
        case .slidingWindowLog: "sliding-window-log"
        case .slidingWindowCounter: "sliding-window-counter"
        case .tokenBucket: "token-bucket"
        case .gcra: "gcra"
        case .concurrency: "concurrent"
        }
    }
}
