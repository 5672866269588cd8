/// CB-01: a client does not press an upstream that is down.
extension Rule {
    static let cb01 = Rule(
        id: "CB-01", title: "does not press an upstream that is down",
        requirement:
            "While everything fails for long, the client sends no more than its callers offer, and better less.",
        level: .practice, sources: [.overload, .circuitBreaker, .buildersLibrary], profile: .many,
        scenarios: ["outage"],
        procedure: """
            The run of RC-01: the requests of the last 10 s of the outage (15 to 25 s into it) over the offered rate. \
            Pass up to 1.25, if the client works again afterwards; else inconclusive, never fail: that retries add to \
            the load is judged by AM-02. Named are an open breaker (at most a tenth of the rate, with the time between \
            its probes), throttling (less than nine tenths), and neither.
            """,
        tolerances: "The offered rate must be met within 30 %.",
        errorRates: "One run of 50 offered calls in the stretch that is judged: exact counts.",
        next: FailFast.next)
}

private enum FailFast {
    static let most = 1.25
    static let expected = "at most \(most) times the offered rate at the end of an outage"

    static func next(_ evidence: Evidence) -> Rule.Step {
        Outage.step(evidence, expected: expected, judge: judge)
    }

    static func judge(_ outage: Outage) -> Finding {
        func finding(_ verdict: Verdict, _ actual: String, _ classification: String? = nil) -> Finding {
            Finding(verdict, expected: expected, actual: actual, classification: classification)
        }
        if let defect = outage.defect { return finding(.inconclusive, defect) }
        let start = Outage.until - 10
        let load = outage.load(from: start, to: Outage.until)
        let name: String
        switch load {
        case ...0.1:
            let probes = outage.arrivals.filter { Outage.from <= $0 && $0 < Outage.until }
            let pauses = Sample(zip(probes, probes.dropFirst()).map { $1 - $0 }.filter { $0 > 1 })
            name =
                "open breaker"
                + (pauses.isEmpty ? "" : ", a probe every \(Wording.wait((10 * pauses.median).rounded() / 10))")
        case ..<0.9: name = "throttled"
        default: name = "neither breaker nor throttling"
        }
        let actual =
            "it sent \(Wording.decimal(load, places: 2)) times the offered rate in the last 10 s of the outage"
        if load > most { return finding(.inconclusive, "\(actual): its retries come on top, see AM-02", name) }
        guard outage.recovery != nil else {
            return finding(.inconclusive, "\(actual), and did not come back after it, see RC-01", name)
        }
        return finding(.pass, actual, name)
    }
}
