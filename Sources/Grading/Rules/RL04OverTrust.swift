import HTTPSemantics
import Journal

/// RL-04: what RateLimit says is a hint and no promise.
extension Rule {
    static let rl04 = Rule(
        id: "RL-04", title: "does not trust RateLimit too much",
        requirement:
            "A client that reads RateLimit still obeys refusals, goes on when the field is gone, and heeds the "
            + "limit that is used up, not the longest that is named.",
        level: .should, sources: [.rateLimitFields], profile: .many,
        scenarios: ["broken-promise", "rate-limit-once", "legacy-reset", "window"],
        procedure: """
            Calls one after the other, two runs each. A success says r=5, the next call is refused with Retry-After all \
            the same: fail if it comes back early. A success says r=5;t=10 and no later one says anything: fail if a \
            call comes more than 5 s late. A success names "burst";r=0;t=1 and "day";r=900;t=3600: fail if the next \
            call comes more than 10 s later or, from a client that passes RL-01, earlier than after 1 s. X-RateLimit-\
            Reset with nothing left is tried too, as 3 and as the point in time in 3 s, and only named. Not applicable to clients that do not read the \
            field, as RL-01 shows.
            """,
        tolerances: "25 ms early, for the client's own timer.",
        errorRates: """
            No false fail by construction of the early ones; a pause of 5 s is far above any delay of the machine. \
            A client with delays of its own of more than 33 s is not judged on the refusal.
            """,
        next: OverTrust.next)
}

private enum OverTrust {
    static let expected = "refusals obeyed, no wait for a field that is gone, and the tightest limit heeded"
    static let vanishing = once("\"d\";r=5;t=10", requests: 5)
    static let twoPolicies = once("\"burst\";r=0;t=1,\"day\";r=900;t=3600", requests: 3)
    /// The two forms of X-RateLimit-Reset, three seconds ahead.
    static let legacy = ["3", "{{now + 3s | epoch-seconds}}"].map { reset in
        RunRequest(
            .many("legacy-reset", parameters: ["reset": reset], requests: 2, concurrency: 1, limit: .seconds(8)))
    }
    static let stall = 5.0
    static let tooLong = 10.0
    static let burst = 1.0

    static func once(_ field: String, requests: Int) -> RunRequest {
        RunRequest(
            .many(
                "rate-limit-once", parameters: ["field": field], requests: requests, concurrency: 1,
                limit: .seconds(14)), count: 2)
    }

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.many) else { return .conclude(.noCommand(.many, expected: expected)) }
        return afterGate(evidence, expected: expected) { gate in
            let wait = AnnouncedWait(gate, evidence.thoroughness)
            let refusal = RunRequest(
                .many(
                    "broken-promise", parameters: ["hint": "\(wait.first)s"], requests: 3, concurrency: 1,
                    limit: Scenarios.patience + .seconds(wait.first)), count: 2)
            let requests = [refusal, vanishing, twoPolicies, QuotaPause.request] + legacy
            let missing = evidence.missing(requests)
            guard missing.isEmpty else { return .run(missing) }
            let runs = requests.map { evidence.runs(of: $0) }
            let readings = runs[3].map(QuotaPause.Reading.init)
            guard readings.contains(where: { $0.announcements > 0 }) else {
                return .conclude(
                    Finding(
                        .inconclusive, expected: expected,
                        actual: "whether it reads the field could not be seen: no response carried one (see RL-01)"))
            }
            let paces = QuotaPause.paces(readings)
            return .conclude(
                judge(
                    [
                        refused(runs[0], wait: wait.needsComparison ? nil : Double(wait.first)), vanished(runs[1]),
                        tightest(runs[2], paces: paces),
                    ], named: reset(seconds: runs[4], time: runs[5]), runs: runs.flatMap { $0 },
                    reads: paces || evidence.declared.rateLimitFields
                ).showing(picture(runs)))
        }
    }

    /// The first run of each scenario.
    static func picture(_ runs: [[Run]]) -> Picture {
        let names = ["refused after r=5", "the field vanishes", "two limits", "r=0", "reset: 3", "reset: a time"]
        return .timeline(
            "Calls after each promise", of: zip(names, runs).compactMap { name, runs in runs.first.map { (name, $0) } })
    }

    /// What one of the scenarios shows.
    struct Part {
        var lines: [EvidenceLine]
        /// What is wrong, as a clause.
        var fault: String?
        /// Why it shows nothing, as a clause.
        var gap: String?
        /// Whether the fault by itself shows that the client reads the field.
        var isStall = false
    }

    static func judge(_ parts: [Part], named: [EvidenceLine], runs: [Run], reads: Bool) -> Finding {
        let lines = parts.flatMap(\.lines) + named
        func finding(_ verdict: Verdict, _ actual: String) -> Finding {
            Finding(
                verdict, expected: expected, actual: actual, evidence: lines,
                classification: reads ? "reads RateLimit" : "does not read RateLimit")
        }
        if let defect = runs.compactMap(\.defect).first { return finding(.inconclusive, defect) }
        let faults = parts.filter { reads || $0.isStall }.compactMap(\.fault)
        if !faults.isEmpty { return finding(.fail, faults.joined(separator: "; ")) }
        guard reads else {
            return finding(.notApplicable, "it goes on after r=0, so it does not read the field and cannot trust it")
        }
        // Whether it obeys a refusal is nothing that this rule needs to know of a client that never comes back.
        if let gap = parts.dropFirst().compactMap(\.gap).first { return finding(.inconclusive, gap) }
        let unseen = parts[0].gap.map { "; \($0)" } ?? ""
        return finding(.pass, "it neither trusted the field too much nor waited for it\(unseen)")
    }

    static func refused(_ runs: [Run], wait: Double?) -> Part {
        guard let wait else {
            return Part(lines: [], gap: "its own delays are longer than the wait that could be announced")
        }
        var part = Part(lines: [])
        for run in runs {
            let call = run.callsByTarget.first { $0.exchanges.contains { $0.reply?.status == 429 } }
            guard let call, let gap = gaps(of: call.exchanges, stalls: run.stalls).first ?? nil else { continue }
            let isEarly = gap.waited < wait - Tolerance.early
            part.lines.append(
                EvidenceLine(
                    "refused although r=5 was announced, run \(run.round + 1): "
                        + Wording.asked(wait, waited: gap.waited), asked: wait, waited: gap.waited,
                    speaksAgainst: isEarly))
            if isEarly { part.fault = "it came back early although it was refused" }
        }
        if part.lines.isEmpty { part.gap = "a refusal after r=5 was not tried again" }
        return part
    }

    static func vanished(_ runs: [Run]) -> Part {
        var part = Part(lines: [], isStall: true)
        for run in runs {
            let pause = run.pausesBetweenCalls.max() ?? 0
            let isStalled = pause > stall
            part.lines.append(
                EvidenceLine(
                    "the field is gone after the first success, run \(run.round + 1): at most "
                        + "\(Wording.seconds(pause)) between two calls", waited: pause, speaksAgainst: isStalled))
            if isStalled { part.fault = "it stalls for \(Wording.seconds(pause)) when the field is gone" }
        }
        return part
    }

    static func tightest(_ runs: [Run], paces: Bool) -> Part {
        var part = Part(lines: [], isStall: true)
        for run in runs {
            guard let pause = run.pausesBetweenCalls.first else { continue }
            let isEarly = paces && pause < burst - Tolerance.early
            part.lines.append(
                EvidenceLine(
                    "burst: 1 s, day: 3600 s, run \(run.round + 1): \(Wording.asked(burst, waited: pause))",
                    asked: burst,
                    waited: pause, speaksAgainst: isEarly || pause > tooLong))
            if pause > tooLong { part.fault = "it waits for a limit of which much is left" }
            if isEarly { (part.fault, part.isStall) = ("it does not heed the tighter of two limits", false) }
        }
        return part
    }

    /// What it makes of X-RateLimit-Reset in both forms. A point in time that is taken for seconds is decades away.
    static func reset(seconds: [Run], time: [Run]) -> [EvidenceLine] {
        [("3", seconds), ("the point in time in 3 s", time)].compactMap { form, runs in
            guard let pause = runs.first?.pausesBetweenCalls.first else { return nil }
            // A point in time has whole seconds, so up to one of the three may be gone already.
            let least = form == "3" ? 3 - Tolerance.early : 2 - Tolerance.early
            let what = pause > 6 ? "waits much longer" : pause >= least ? "waits until then" : "does not wait for it"
            return EvidenceLine(
                "X-RateLimit-Reset as \(form), with nothing left, not judged: it \(what)", waited: pause)
        }
    }
}
