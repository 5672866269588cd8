import HTTPSemantics
import Journal

/// HD-03: calls that were told to wait do not come back all at once.
extension Rule {
    static let hd03 = Rule(
        id: "HD-03", title: "does not resume all calls at once",
        requirement: "When a wait that many calls of one process share is over, they do not all come back together.",
        level: .practice, sources: [.rateLimitFields, .awsJitter], profile: .many, scenarios: ["window"],
        procedure: """
            Sixty calls, twenty at a time, against a quota of ten per second; what exceeds it is refused with a wait. \
            Three runs. Looked at are the windows in which at least twenty calls were still to be admitted, but for \
            the first. Fail if in two of them in a row twenty requests or more come within 100 ms and at least half \
            of these are refused, in at least two runs; pass if in every run at most 20 % of all requests in these \
            windows are refused; else inconclusive.
            """,
        tolerances: "The server's own decisions say when a window began, so lateness does not count against anybody.",
        errorRates: """
            Simulated, 300 gradings each: twenty workers that each wait exactly as they are told, or up to 100 ms \
            longer at random, and a gate that opens for all at once fail always; a gate that lets one call pass every \
            100 ms passes always; workers that each add up to 1 s at random are inconclusive always.
            """,
        next: Resumption.next)
}

private enum Resumption {
    static let expected = "calls spread over time when a shared wait is over, and few of them refused"
    static let request = RunRequest(
        .many("window", parameters: ["quota": "10/1s"], requests: 60, concurrency: 20, limit: .seconds(40)), count: 3)
    static let quota = 10
    static let length = 1.0
    static let crowd = 20
    static let moment = 0.1

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.many) else { return .conclude(.noCommand(.many, expected: expected)) }
        return afterGate(evidence, expected: expected) { gate in
            guard gate.retriesRefusal else {
                return .conclude(
                    Finding(
                        .notApplicable, expected: expected, actual: "it does not come back after a refusal",
                        classification: "gives up"))
            }
            let missing = evidence.missing([request])
            guard missing.isEmpty else { return .run(missing) }
            let runs = evidence.runs(of: request)
            let picture = Histogram(
                title: "Requests against a quota of ten per second", origin: "the first request", binWidth: 0.1,
                of: runs.compactMap { run in
                    guard let first = run.exchanges.first?.arrivedAt else { return nil }
                    return ("run \(run.round + 1)", run.exchanges.map { ($0.arrivedAt - first).inSeconds }, false)
                })
            return .conclude(judge(runs).showing(.histogram(picture)))
        }
    }

    /// One window of the quota.
    struct Window {
        var begin: Instant
        /// Admitted before it began.
        var admitted: Int
        var requests = 0
        var refused = 0
        /// Within the first moment.
        var burst = 0
        var refusedInBurst = 0

        var isHerd: Bool { burst >= Resumption.crowd && 2 * refusedInBurst >= burst }
    }

    /// The windows of a run in which a herd could have come, but for the first.
    static func windows(_ run: Run) -> [Window] {
        var windows: [Window] = []
        var admitted = 0
        for exchange in run.exchanges {
            let instant = exchange.decidedAt ?? exchange.arrivedAt
            if windows.last.map({ (instant - $0.begin).inSeconds >= length }) ?? true {
                windows.append(Window(begin: instant, admitted: admitted))
            }
            let isRefused = (exchange.reply?.status ?? 0) >= 400
            if !isRefused { admitted += 1 }
            let last = windows.count - 1
            windows[last].requests += 1
            windows[last].refused += isRefused ? 1 : 0
            guard (instant - windows[last].begin).inSeconds <= moment else { continue }
            windows[last].burst += 1
            windows[last].refusedInBurst += isRefused ? 1 : 0
        }
        return windows.dropFirst().filter { request.kind.requests - $0.admitted >= crowd }
    }

    static func judge(_ runs: [Run]) -> Finding {
        if let defect = runs.compactMap({ $0.defect(ofCalls: request.kind.requests) }).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        let readings = runs.map(windows)
        let lines = zip(runs, readings).map { run, windows in
            let bursts = windows.map { "\($0.burst)" }.joined(separator: ", ")
            return EvidenceLine(
                "run \(run.round + 1): \(bursts) requests in the first 100 ms of the windows, "
                    + "\(windows.reduce(0) { $0 + $1.refused }) of \(windows.reduce(0) { $0 + $1.requests }) refused",
                speaksAgainst: hasHerds(windows))
        }
        func finding(_ verdict: Verdict, _ actual: String) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines)
        }
        // Where nothing is refused, nobody can tell a client that spaces its calls from one that makes one at a time.
        guard !runs.allSatisfy({ $0.makesOneCallAtATime && $0.callsByTarget.contains { $0.exchanges.count > 1 } })
        else {
            return finding(.notApplicable, "it makes one call at a time, so nothing can come back together")
        }
        guard readings.allSatisfy({ $0.count >= 2 }) else {
            return finding(.inconclusive, "too few windows in which many calls waited")
        }
        let herds = readings.count { hasHerds($0) }
        let shares = readings.map(refusedShare)
        let share = Wording.percent(shares.max() ?? 0)
        if 3 * herds >= 2 * readings.count {
            let largest = readings.joined().map(\.burst).max() ?? 0
            return finding(
                .fail, "\(Wording.count(largest, "request")) within 100 ms when a window opened, up to \(share) refused"
            )
        }
        if shares.allSatisfy({ $0 <= 0.2 }) { return finding(.pass, "at most \(share) of the requests refused") }
        return finding(.inconclusive, "no herd in two windows running, but up to \(share) of the requests refused")
    }

    static func hasHerds(_ windows: [Window]) -> Bool {
        zip(windows, windows.dropFirst()).contains { $0.isHerd && $1.isHerd }
    }

    static func refusedShare(_ windows: [Window]) -> Double {
        let requests = windows.reduce(0) { $0 + $1.requests }
        return requests == 0 ? 0 : Double(windows.reduce(0) { $0 + $1.refused }) / Double(requests)
    }
}
