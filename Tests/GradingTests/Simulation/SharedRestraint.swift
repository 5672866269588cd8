import HTTPSemantics

/// What all calls of one simulated process have in common: a gate, a limiter, a budget, a breaker.
protocol SharedRestraint: Sendable {
    /// Asked before every request, first tries and retries alike.
    mutating func permission(attempt: Int, at now: Double, _ generator: inout SeededGenerator) -> Permission
    /// Told of every response when it arrives, successes included; status 0 where the connection broke.
    mutating func note(_ response: SimulatedClient.Failure, at now: Double)
}

enum Permission {
    case granted
    /// Ask again at this time, in seconds.
    case later(Double)
    /// The call fails without a request.
    case refused
}

/// A gate that any response of any call may shut for all of them.
struct SharedGate: SharedRestraint {
    /// How long a response shuts it, in seconds; `nil` where it does not.
    var shuts: @Sendable (SimulatedClient.Failure) -> Double? = {
        $0.status >= 400 ? SimulatedClient.understood($0) : nil
    }
    /// After it has opened, requests pass this far apart, in seconds.
    var spacing = 0.0
    private var opensAt = 0.0
    private var nextPass = 0.0

    init(
        spacing: Double = 0,
        shuts: @escaping @Sendable (SimulatedClient.Failure) -> Double? = {
            $0.status >= 400 ? SimulatedClient.understood($0) : nil
        }
    ) {
        self.spacing = spacing
        self.shuts = shuts
    }

    mutating func permission(attempt: Int, at now: Double, _ generator: inout SeededGenerator) -> Permission {
        let earliest = max(opensAt, nextPass)
        guard now >= earliest else { return .later(earliest) }
        nextPass = now + spacing
        return .granted
    }

    mutating func note(_ response: SimulatedClient.Failure, at now: Double) {
        guard let wait = shuts(response) else { return }
        opensAt = max(opensAt, now + wait)
    }
}
