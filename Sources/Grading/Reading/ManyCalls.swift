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

    /// Whether every request came after the end of the response before it.
    var isSequential: Bool {
        zip(exchanges, exchanges.dropFirst()).allSatisfy { $0.endedAt ?? .distantFuture <= $1.arrivedAt }
    }

    /// Whether no call began before the one before it was over, its retries included.
    var makesOneCallAtATime: Bool {
        let calls = callsByTarget
        return zip(calls, calls.dropFirst()).allSatisfy { first, second in
            first.exchanges.last?.endedAt ?? .distantFuture <= second.exchanges[0].arrivedAt
        }
    }

    /// The time from each response to the next call, or to the end of a run that was cut off, in seconds. How long a
    /// process takes to end by itself is nothing to the upstream.
    var pausesBetweenCalls: [Double] {
        let begins = exchanges.map { $0.repliedAt ?? $0.arrivedAt }
        let nexts = exchanges.dropFirst().map(\.arrivedAt) + (ending == .timeUp ? [endedAt] : [])
        return zip(begins, nexts).map { ($1 - $0).inSeconds }
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
