import HTTPSemantics
import Journal

extension Run {
    /// The calls of a run of ``Profile/many``, in order of their first requests: the target is the call, so a
    /// differing body or key is seen within it.
    var callsByTarget: [Call] {
        var calls: [Call] = []
        var positions: [String: Int] = [:]
        for exchange in exchanges {
            let arrival = exchange.arrival
            if let position = positions[arrival.target] {
                calls[position].exchanges.append(exchange)
            } else {
                positions[arrival.target] = calls.count
                calls.append(Call(name: "\(arrival.method) \(arrival.target)", exchanges: [exchange]))
            }
        }
        return calls
    }

    /// Why a run of ``Profile/many`` says nothing about single calls, as a clause; `nil` if it does.
    ///
    /// - Parameter requests: how many calls the command was to make.
    func defect(ofCalls requests: Int) -> String? {
        if let defect { return defect }
        let targets = Set(exchanges.map(\.arrival.target)).count
        guard targets < requests else { return nil }
        return "only \(Wording.count(targets, "target")) of \(requests) arrived: does the command call {url}/0 to "
            + "{url}/\(requests - 1)?"
    }
}

extension RunRequest.Kind {
    /// What a command of ``Profile/many`` is told.
    ///
    /// - Parameters:
    ///   - rate: calls begun per second; only commands with `{rate}` obey (``Evidence/canPace``).
    ///   - posts: POSTs with a body (``Evidence/canPostMany``) rather than GETs.
    static func many(
        _ scenario: String, parameters: [String: String] = [:], requests: Int, concurrency: Int, rate: Double = 1_000,
        posts: Bool = false, pacing: RunRequest.Pacing = .free, limit: Duration
    ) -> RunRequest.Kind {
        var parameters = parameters
        parameters["requests"] = "\(requests)"
        parameters["concurrency"] = "\(concurrency)"
        parameters["rate"] = rate == rate.rounded() ? "\(Int(rate))" : Wording.decimal(rate, places: 3)
        if posts { parameters["method"] = "POST" }
        return RunRequest.Kind(scenario, parameters: parameters, profile: .many, pacing: pacing, limit: limit)
    }

    /// How many calls a command of ``Profile/many`` is to make.
    var requests: Int { parameters["requests"].flatMap { Int($0) } ?? 1 }
    /// How many of them at a time.
    var concurrency: Int { parameters["concurrency"].flatMap { Int($0) } ?? 1 }
}
