internal import HTTPSemantics
internal import RateLimiting

/// Reads `limits:`.
struct LimitDecoder {
    let dialect: Dialect?

    private enum Algorithm: String, CaseIterable {
        case fixedWindow = "fixed-window"
        case slidingWindowLog = "sliding-window-log"
        case slidingWindowCounter = "sliding-window-counter"
        case tokenBucket = "token-bucket"
        case gcra
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
            return LimitDefinition(name: name, policy: Self.standIn)
        }
        let policy = mapping.means(.concurrent) ? concurrency(mapping) : rate(mapping)
        let cost = CostDecoder().cost(of: mapping)
        if let policy, case .constant(let amount) = cost, amount > policy.capacity {
            mapping.warning(
                "every request costs \(amount), more than the limit ever holds (\(policy.capacity)): none can succeed",
                at: .cost)
        }
        let refusedCost = mapping[.countRefused].flatMap { LimitDefinition.RefusedCost($0) } ?? dialect?.refusedCost
        return LimitDefinition(
            name: name, policy: policy ?? Self.standIn, key: mapping[.key].flatMap { CallerIdentity(key: $0) },
            cost: cost, refusedCost: mapping.has(.concurrent) ? .nothing : refusedCost ?? .nothing,
            penalty: mapping.has(.penalty) ? mapping[.penalty].flatMap { Penalty($0) } : dialect?.penalty,
            escalation: mapping.has(.escalation)
                ? mapping[.escalation].flatMap { Escalation($0) } : dialect?.escalation)
    }

    /// `{ concurrent: 5 }`: it counts requests under way, and time has no part in it.
    private func concurrency(_ mapping: Mapping<LimitKeyName>) -> LimitPolicy? {
        for key in mapping.present([.quota, .algorithm, .window, .burst, .queue, .countRefused]) {
            mapping.error(
                "a concurrency limit has no \"\(key.rawValue)\"; it counts the requests under way", at: key)
        }
        return mapping[.concurrent]?.integer("a number of requests", in: 1...Self.quotaLimit)
            .map { .concurrency(capacity: $0) }
    }

    /// - Returns: `nil` if its quota or its algorithm is wrong.
    private func rate(_ mapping: Mapping<LimitKeyName>) -> LimitPolicy? {
        let quota = mapping.required(.quota, "quota: 100/1m").flatMap(quota)
        let algorithm = mapping.required(.algorithm, "algorithm: fixed-window")?
            .choice("algorithm", of: Algorithm.self)
        let window = mapping[.window]?.choice("window", of: Window.self) ?? .firstRequest
        let burst = mapping[.burst]?.integer("a burst", in: 1...Self.quotaLimit)
        let queue = mapping[.queue]?.integer("a queue", in: 0...Self.quotaLimit) ?? 0
        if let algorithm { reportForeign(to: algorithm, mapping) }
        guard let quota, let algorithm else { return nil }
        switch algorithm {
        case .fixedWindow:
            return .fixedWindow(
                quota: quota.quota, window: quota.window, start: window == .calendar ? .calendar : .firstRequest)
        case .slidingWindowLog: return .slidingWindowLog(quota: quota.quota, window: quota.window)
        case .slidingWindowCounter: return .slidingWindowCounter(quota: quota.quota, window: quota.window)
        case .tokenBucket:
            return .tokenBucket(
                quota: quota.quota, window: quota.window, burst: burst ?? quota.quota, queue: queue)
        case .gcra: return .gcra(quota: quota.quota, window: quota.window, burst: burst ?? 1, queue: queue)
        }
    }

    /// Keys that mean something to other algorithms only.
    private func reportForeign(to algorithm: Algorithm, _ mapping: Mapping<LimitKeyName>) {
        if mapping.has(.window) {
            switch algorithm {
            case .fixedWindow: break
            case .slidingWindowLog:
                mapping.error("a sliding window has no beginning; it is the time that has just passed", at: .window)
            case .slidingWindowCounter:
                mapping.error("a sliding window counter always counts calendar windows", at: .window)
            case .tokenBucket: mapping.error("a token bucket has no window; it refills evenly", at: .window)
            case .gcra: mapping.error("GCRA has no window; it spaces requests evenly", at: .window)
            }
        }
        guard algorithm != .tokenBucket, algorithm != .gcra else { return }
        let name = algorithm == .fixedWindow ? "a fixed window" : "a sliding window"
        if mapping.has(.burst) { mapping.error("\(name) has no burst; a token bucket has one", at: .burst) }
        if mapping.has(.queue) {
            mapping.error("\(name) has no queue; a token bucket and GCRA can have one", at: .queue)
        }
    }

    private static let standIn = LimitPolicy.fixedWindow(quota: 1, window: .seconds(1), start: .firstRequest)
    static let quotaLimit: Int64 = 1_000_000_000_000
    static let windowLimit = Duration.seconds(366 * 86_400)

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
