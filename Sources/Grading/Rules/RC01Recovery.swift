/// RC-01: an outage ends when it ends.
extension Rule {
    static let rc01 = Rule(
        id: "RC-01", title: "resumes after an outage",
        requirement:
            "When an upstream is well again the client soon works as before, and does not come back in a storm "
            + "that would bring it down once more.",
        level: .practice, sources: [.metastable, .metastableInTheWild, .buildersLibrary], profile: .many,
        scenarios: ["outage"],
        procedure: """
            Five calls a second for a minute; from 5 s to 30 s all are answered 503. Recovery is the time from the \
            healing until calls succeed at 90 % of the offered rate over 2 s; the peak is the largest number of \
            requests in any second after the healing, over the offered rate. Pass if the recovery takes at most 10 s \
            (or the longest pause of the client, if that is more) and the peak is at most 3; fail if it does not \
            recover within 30 s, or the peak is 10 or more; else inconclusive.
            """,
        tolerances: "The offered rate must be met within 30 %. The run is watched for 75 s, or 1,000 requests.",
        errorRates: """
            One run. Counts of requests are exact; a recovery within 1 s of a limit may fall on either side. Simulated, \
            eight seeds: a client with three full-jitter retries, with or without a breaker of 5 s, always passes; one \
            that keeps all failed calls and repeats them together always fails.
            """,
        next: Recovery.next)
}

private enum Recovery {
    static let promptly = 10.0
    static let modest = 3.0
    static let storm = 10.0
    static let expected = "normal work within 10 s of the healing, at no more than three times the offered rate"

    static func next(_ evidence: Evidence) -> Rule.Step {
        Outage.step(evidence, expected: expected, judge: judge)
    }

    static func judge(_ outage: Outage) -> Finding {
        func finding(_ verdict: Verdict, _ actual: String, _ classification: String? = nil) -> Finding {
            let lines = [
                EvidenceLine(
                    "\(Wording.decimal(outage.offered, places: 1)) calls per second before the outage, "
                        + "\(Wording.decimal(outage.load(from: Outage.from, to: Outage.until), places: 2)) times the "
                        + "offered rate in it"),
                EvidenceLine(
                    "after it at most \(Wording.decimal(outage.peak, places: 1)) times the offered rate in a second",
                    speaksAgainst: outage.peak >= storm),
            ]
            return Finding(
                verdict, expected: expected, actual: actual, evidence: lines, classification: classification)
        }
        if let defect = outage.defect { return finding(.inconclusive, defect) }
        let burst = "a peak of \(Wording.decimal(outage.peak, places: 1)) times the offered rate"
        if outage.peak >= storm { return finding(.fail, "it came back with \(burst)", "storm") }
        guard let recovery = outage.recovery else {
            if outage.run.ending == .tooManyRequests {
                return finding(.inconclusive, "it sent 1,000 requests before it could recover")
            }
            let watched = outage.end - Outage.until
            return watched >= 28
                ? finding(
                    .fail, "it did not recover within \(Wording.wait(watched.rounded())) of the healing", "stays down")
                : finding(.inconclusive, "its process ended \(Wording.wait(watched)) after the healing, not recovered")
        }
        let actual = "it recovered \(Wording.seconds(recovery)) after the healing, with \(burst)"
        let isPrompt = recovery <= max(promptly, outage.longestPause)
        return finding(isPrompt && outage.peak <= modest ? .pass : .inconclusive, actual)
    }
}
