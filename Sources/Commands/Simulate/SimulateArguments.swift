internal import ArgumentParser
internal import Backoff
internal import HTTPSemantics
internal import RateLimiting
internal import Simulation

/// `full`, or `full,attempts=8,budget=aws`.
struct PolicyArgument: ExpressibleByArgument {
    var policy: ClientPolicy

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard let known = ClientPolicy.named.first(where: { $0.name == parts[0] }) else { return nil }
        policy = known.policy
        if parts.count > 1 { policy.name = argument }
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2, set(pair[0], to: pair[1]) else { return nil }
        }
    }

    static var allValueStrings: [String] { ClientPolicy.named.map(\.name) }

    /// - Returns: false if there is no such key, or the value is none of its.
    private mutating func set(_ key: String, to value: String) -> Bool {
        let duration = DurationArgument(argument: value)?.duration
        switch key {
        case "name": policy.name = value
        case "attempts": return assign(Int(value)) { $0.policy.attempts = $1 }
        case "factor": return assign(Double(value)) { $0.policy.factor = $1 }
        case "base":
            return assign(duration) {
                $0.policy.base = $1
                // Who asks for a longer or shorter base has chosen it.
                $0.policy.cap = max($0.policy.cap, $1)
                $0.policy.floor = min($0.policy.floor, $1)
            }
        case "cap": return assign(duration) { $0.policy.cap = $1 }
        case "floor": return assign(duration) { $0.policy.floor = $1 }
        case "deadline": return assign(duration) { $0.policy.deadline = $1 }
        case "timeout": return assign(duration) { $0.attemptTimeout = $1 }
        case "jitter": return assign(JitterArgument(argument: value)) { $0.policy.jitter = $1.jitter }
        case "retry-after":
            if value == "ignored" {
                policy.policy.retryAfter = .ignored
                return true
            }
            return assign(duration) { $0.policy.retryAfter = .honoured(ceiling: $1) }
        case "budget":
            switch value {
            case "aws": policy.budget = .aws
            case "grpc": policy.budget = .grpc
            case "none": policy.budget = nil
            default: return false
            }
        case "gate": return assign(Self.truth(value)) { $0.hasGate = $1 }
        case "breaker": return assign(Self.truth(value)) { $0.breaker = $1 ? CircuitBreaker.Settings() : nil }
        default: return false
        }
        return true
    }

    private mutating func assign<Value>(_ value: Value?, _ change: (inout ClientPolicy, Value) -> Void) -> Bool {
        guard let value else { return false }
        change(&policy, value)
        return true
    }

    private static func truth(_ text: String) -> Bool? { ["yes": true, "no": false][text] }
}

/// `token-bucket:100/1m`, `each:fixed-window:10/s`, or `none`.
struct LimitArgument: ExpressibleByArgument, CustomStringConvertible {
    /// `nil`: no limit at all.
    var limit: FleetLimit?

    init(_ limit: FleetLimit) { self.limit = limit }

    init?(argument: String) {
        guard argument != "none" else { return }
        var parts = argument.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let isPerClient = parts.first == "each"
        if isPerClient { parts.removeFirst() }
        guard parts.count == 2, let quota = QuotaText(parts[1]) else { return nil }
        let policy: LimitPolicy
        switch parts[0] {
        case "fixed-window": policy = .fixedWindow(quota: quota.quota, window: quota.window, start: .firstRequest)
        case "sliding-window-log": policy = .slidingWindowLog(quota: quota.quota, window: quota.window)
        case "sliding-window-counter": policy = .slidingWindowCounter(quota: quota.quota, window: quota.window)
        case "token-bucket": policy = .tokenBucket(quota: quota.quota, window: quota.window, burst: quota.quota)
        case "gcra": policy = .gcra(quota: quota.quota, window: quota.window)
        default: return nil
        }
        limit = FleetLimit(policy, isPerClient: isPerClient)
    }

    var description: String {
        guard let limit, let quota = limit.policy.quota, let window = limit.policy.window else { return "none" }
        let name =
            switch limit.policy {
            case .fixedWindow: "fixed window"
            case .slidingWindowLog: "sliding window log"
            case .slidingWindowCounter: "sliding window counter"
            case .tokenBucket: "token bucket"
            case .gcra: "GCRA"
            case .concurrency: "concurrency"
            }
        return "\(Figure.whole(Double(quota))) every \(DurationText.human(window)) (\(name))"
            + (limit.isPerClient ? " for each client" : "")
    }
}

/// `60s+5m`, or `60s+5m:silence`.
struct OutageArgument: ExpressibleByArgument {
    var outage: Outage

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        let times = parts[0].split(separator: "+", omittingEmptySubsequences: false)
        guard times.count == 2, parts.count == 1 || parts[1...] == ["silence"],
            let start = DurationArgument(argument: String(times[0]))?.duration,
            let length = DurationArgument(argument: String(times[1]))?.duration
        else { return nil }
        outage = Outage(start: start, length: length, kind: parts.count == 1 ? .errors : .silence)
    }
}
