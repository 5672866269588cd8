/// What a rule is about: the chapters of a report.
public enum RuleGroup: String, Hashable, Sendable, CaseIterable, Identifiable {
    case retryAfterSeconds, retryAfterDates, oddHints, backoff, jitter, herd, attempts, statuses, idempotency, body
    case connections, pacing, quota, amplification, recovery, streaming, headers, concurrency

    /// The group of a rule, from the letters of its id; `nil` for letters that no group has.
    public init?(rule id: String) {
        let letters = id.prefix { $0 != "-" }
        guard let group = Self.allCases.first(where: { $0.prefixes.contains(String(letters)) }) else { return nil }
        self = group
    }

    /// The letters with which the ids of its rules begin.
    public var prefixes: [String] {
        switch self {
        case .retryAfterSeconds: ["RA"]
        case .retryAfterDates: ["RD"]
        case .oddHints: ["MV"]
        case .backoff: ["BO"]
        case .jitter: ["JT"]
        case .herd: ["HD"]
        case .attempts: ["AT"]
        case .statuses: ["ST"]
        case .idempotency: ["ID"]
        case .body: ["BR"]
        case .connections: ["CF"]
        case .pacing: ["RL"]
        case .quota: ["QE"]
        case .amplification: ["AM"]
        case .recovery: ["RC", "CB"]
        case .streaming: ["SP"]
        case .headers: ["HH"]
        case .concurrency: ["CL"]
        }
    }

    /// `Retry-After in seconds`.
    public var name: String {
        switch self {
        case .retryAfterSeconds: "Retry-After in seconds"
        case .retryAfterDates: "Retry-After as a date"
        case .oddHints: "Malformed, zero and huge hints"
        case .backoff: "Backoff"
        case .jitter: "Jitter"
        case .herd: "Herds"
        case .attempts: "Caps and deadlines"
        case .statuses: "Which responses"
        case .idempotency: "Idempotency"
        case .body: "The body"
        case .connections: "Broken connections"
        case .pacing: "Pacing by RateLimit fields"
        case .quota: "Use of the quota"
        case .amplification: "Amplification"
        case .recovery: "Recovery"
        case .streaming: "Cut-off responses"
        case .headers: "Header fields"
        case .concurrency: "Concurrency"
        }
    }

    /// `RA`, and for a group of two kinds `RC-CB`: names its place in a page.
    public var id: String { prefixes.joined(separator: "-") }
}
