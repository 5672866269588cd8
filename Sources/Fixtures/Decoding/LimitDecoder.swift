internal import HTTPSemantics
internal import RateLimiting

/// Reads `limits:`.
struct LimitDecoder {
    let dialect: Dialect?

    private enum Algorithm: String, CaseIterable {
        case fixedWindow = "fixed-window"
        case tokenBucket = "token-bucket"

        static let planned: Set = ["sliding-window", "sliding-window-log", "sliding-window-counter", "gcra"]
    }

    private enum Window: String, CaseIterable {
        case firstRequest = "first-request"
        case calendar
    }

    func limits(_ value: Value) -> [LimitDefinition] {
        (value.entries("names and limits") ?? []).map { name, place, value in
            if !Names.isIdentifier(name) {
                place.error("a limit's name is letters, digits, \".\", \"_\" and \"-\", at most 64")
            }
            return limit(name, value)
        }
    }

    /// A limit; where its policy is wrong one that stands for it, so that routes find the name.
    private func limit(_ name: String, _ value: Value) -> LimitDefinition {
        guard let mapping = value.mapping(of: LimitKeyName.self) else {
            let standIn = LimitPolicy.fixedWindow(quota: 1, window: .seconds(1), start: .firstRequest)
            return LimitDefinition(name: name, policy: standIn)
        }
        let quota = mapping.required(.quota, "quota: 100/1m").flatMap(quota)
        let algorithm = mapping.required(.algorithm, "algorithm: fixed-window")?
            .choice("algorithm", of: Algorithm.self, planned: Algorithm.planned)
        let policy = policy(algorithm, quota: quota ?? QuotaText(quota: 1, window: .seconds(1)), mapping)
        let key = mapping[.key].flatMap { CallerIdentity($0) }
        let cost = CostDecoder().cost(of: mapping)
        if quota != nil, case .constant(let amount) = cost, amount > policy.capacity {
            mapping.warning(
                "every request costs \(amount), more than the limit ever holds (\(policy.capacity)): none can succeed",
                at: .cost)
        }
        let countsRefused = mapping[.countRefused]?.truth() ?? dialect?.countsRefused ?? false
        return LimitDefinition(name: name, policy: policy, key: key, cost: cost, countsRefused: countsRefused)
    }

    private func policy(_ algorithm: Algorithm?, quota: QuotaText, _ mapping: Mapping<LimitKeyName>) -> LimitPolicy {
        switch algorithm {
        case .fixedWindow, nil:
            if algorithm != nil, mapping.has(.burst) {
                mapping.error("a fixed window has no burst; a token bucket has one", at: .burst)
            }
            let window = mapping[.window]?.choice("window", of: Window.self) ?? .firstRequest
            let start: LimitPolicy.WindowStart = window == .calendar ? .calendar : .firstRequest
            return .fixedWindow(quota: quota.quota, window: quota.window, start: start)
        case .tokenBucket:
            if mapping.has(.window) {
                mapping.error("a token bucket has no window; it refills evenly", at: .window)
            }
            let burst = mapping[.burst]?.integer("a burst", in: 1...Self.quotaLimit)
            return .tokenBucket(quota: quota.quota, window: quota.window, burst: burst ?? quota.quota)
        }
    }

    static let quotaLimit: Int64 = 1_000_000_000_000
    private static let windowLimit = Duration.seconds(366 * 86_400)

    private func quota(_ value: Value) -> QuotaText? {
        guard let scalar = value.scalar, let quota = QuotaText(scalar.text) else {
            value.expected("a quota such as 100/1m or 10/s")
            return nil
        }
        guard quota.quota <= Self.quotaLimit, quota.window <= Self.windowLimit, quota.window >= .milliseconds(1) else {
            value.error("\(value.node.description) is out of range: at most \(Self.quotaLimit) in 1ms to 366d")
            return nil
        }
        return quota
    }
}

extension LimitPolicy {
    /// The largest cost that is ever admitted.
    var capacity: Int64 {
        switch self {
        case .fixedWindow(let quota, _, _): quota
        case .tokenBucket(_, _, let burst): burst
        }
    }
}
