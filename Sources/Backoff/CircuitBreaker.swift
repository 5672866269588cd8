public import HTTPSemantics

/// Stops calling a server that fails almost everything, and asks now and then whether it is back.
///
/// *Closed*, it lets everything pass and counts. When of at least ``Settings/minimumCalls`` attempts within
/// ``Settings/window`` the share of failures reaches ``Settings/failureShare``, it *opens*: calls fail at once for
/// ``Settings/pause``, which grows with every opening that follows a failed probe. Then it is *half open*: so many
/// ``Settings/probes`` pass at once. If all of them succeed it closes; the first that fails opens it again.
///
/// After M. Nygard, "Release It!" (2007), and the Azure Architecture Center's pattern of the same name
/// (https://learn.microsoft.com/en-us/azure/architecture/patterns/circuit-breaker).
public struct CircuitBreaker: Hashable, Sendable {
    public struct Settings: Hashable, Sendable {
        /// From 0 (excluded) to 1.
        public var failureShare = 0.5
        /// Fewer attempts prove nothing; at least 1.
        public var minimumCalls = 20
        public var window: Duration = .seconds(10)
        /// The first pause; doubled after each failed probe, up to ``longestPause``.
        public var pause: Duration = .seconds(5)
        public var longestPause: Duration = .seconds(60)
        /// At least 1.
        public var probes = 1

        public init() {}

        /// Everything that is wrong with the numbers, as sentences; empty if they can be used.
        public var problems: [String] {
            var problems: [String] = []
            if !(failureShare > 0 && failureShare <= 1) {
                problems.append("the breaker's share of failures must lie above 0 and at most at 1")
            }
            if minimumCalls < 1 || probes < 1 { problems.append("the breaker's counts must be at least 1") }
            if window <= .zero || pause <= .zero || longestPause < pause {
                problems.append("the breaker's times must be longer than zero, and its pauses must not shrink")
            }
            return problems
        }
    }

    public enum State: Hashable, Sendable {
        case closed
        case open(until: Instant)
        case halfOpen
    }

    public enum Admission: Hashable, Sendable {
        case pass
        /// The attempt decides whether the breaker closes.
        case probe
        case refused(until: Instant)
    }

    public let settings: Settings
    public private(set) var state = State.closed
    /// Attempts of the window in ten slices, so that old ones leave without a list of all.
    private var slices: [Slice] = []
    private var probesOut = 0
    private var probesGood = 0
    private var pause: Duration

    private struct Slice: Hashable, Sendable {
        var number: Int64
        var good = 0
        var bad = 0
    }

    /// - Precondition: the settings have no ``Settings/problems``.
    public init(_ settings: Settings = Settings()) {
        precondition(settings.problems.isEmpty, settings.problems.joined(separator: "; "))
        self.settings = settings
        pause = settings.pause
    }

    /// Asks whether an attempt may be made now. What passes must be reported with ``report(success:probe:at:)``, or
    /// given back with ``cancelled(probe:)``.
    public mutating func admit(at now: Instant) -> Admission {
        if case .open(let until) = state {
            guard now >= until else { return .refused(until: until) }
            state = .halfOpen
            (probesOut, probesGood) = (0, 0)
        }
        guard state == .halfOpen else { return .pass }
        // All probes are out: whoever else comes asks again soon.
        guard probesOut < settings.probes else { return .refused(until: now + settings.pause / 10) }
        probesOut += 1
        return .probe
    }

    /// An attempt that passed has ended.
    public mutating func report(success: Bool, probe: Bool, at now: Instant) {
        switch state {
        case .closed: count(success, at: now)
        // Sent before it opened.
        case .open: break
        case .halfOpen:
            guard probe else { return }
            if success {
                probesGood += 1
                guard probesGood == settings.probes else { return }
                state = .closed
                slices = []
                pause = settings.pause
            } else {
                pause = min(pause * 2, settings.longestPause)
                state = .open(until: now + pause)
            }
        }
    }

    /// An attempt that passed says nothing about the server: it was cancelled.
    public mutating func cancelled(probe: Bool) {
        if probe, state == .halfOpen { probesOut -= 1 }
    }

    private mutating func count(_ success: Bool, at now: Instant) {
        let number = now.nanoseconds / max(1, settings.window.nanoseconds / 10)
        slices.removeAll { $0.number <= number - 10 }
        if slices.last?.number != number { slices.append(Slice(number: number)) }
        if success { slices[slices.count - 1].good += 1 } else { slices[slices.count - 1].bad += 1 }
        let bad = slices.reduce(0) { $0 + $1.bad }
        let all = slices.reduce(bad) { $0 + $1.good }
        guard all >= settings.minimumCalls, Double(bad) >= settings.failureShare * Double(all) else { return }
        state = .open(until: now + pause)
        slices = []
    }
}
