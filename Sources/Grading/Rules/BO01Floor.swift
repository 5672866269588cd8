/// BO-01: no hot loop.
extension Rule {
    static let bo01 = Rule(
        id: "BO-01", title: "pauses between attempts",
        requirement: "There is a pause between attempts; only the first retry may be immediate.",
        level: .practice, sources: [.retryStorm, .buildersLibrary], profile: .get,
        scenarios: ["status-forever", "refused-forever"],
        procedure: """
            503 for ever without a hint, the processes of BO-02 (in quick cut off after 3.5 s). Fail if in half of them \
            two pauses in a row are below 10 ms, or the mean of two or more is below 20 ms; pass if the median pause \
            before each retry from the second on is 20 ms or longer. An immediate first retry is noted.
            """,
        tolerances: "None: nothing makes a pause look shorter than it was.",
        errorRates: """
            Exact for fixed delays. Full jitter on a base of 50 ms has two pauses below 10 ms in a row in 2 % of the \
            processes, so half of them is out of its reach.
            """,
        next: Pauses.next, observe: Pauses.observe)
}

private enum Pauses {
    static let expected = "at least 20 ms before every retry from the second on"
    static let hot = 0.01
    static let least = 0.02
    static let marks = [LadderPlot.Mark(delay: least, label: "20 ms, the least")]

    static func next(_ evidence: Evidence) -> Rule.Step {
        afterLadder(evidence, expected: expected) { _, ladder, _ in
            .conclude(judge(ladder.raw, name: "process").showing(.ladder(of: ladder, marks: marks)))
        }
    }

    static func judge(_ calls: [[Gap?]], name: String) -> Finding {
        var lines: [EvidenceLine] = []
        var hotCalls = 0
        var immediate = 0
        for (number, gaps) in calls.enumerated() where !gaps.isEmpty {
            let waits = gaps.compactMap { $0?.waited }
            let pair = zip(waits, waits.dropFirst()).contains { $0 < hot && $1 < hot }
            let isHot = pair || (waits.count >= 2 && Sample(waits).mean < least)
            if isHot { hotCalls += 1 }
            if let first = waits.first, first < least { immediate += 1 }
            let shown = waits.prefix(8).map { Wording.decimal($0, places: 3) }.joined(separator: ", ")
            lines.append(
                EvidenceLine(
                    "\(name) \(number + 1): pauses of \(shown)\(waits.count > 8 ? ", …" : "") s",
                    waited: waits.min(), speaksAgainst: isHot))
        }
        var notes: [String] = []
        if 2 * immediate > lines.count {
            notes.append("the first retry is immediate in \(Wording.share(immediate, of: lines.count, name))")
        }
        if 2 * hotCalls >= lines.count {
            return Finding(
                .fail, expected: expected,
                actual: "it tries again without a pause in \(Wording.share(hotCalls, of: lines.count, name))",
                evidence: lines, notes: notes, classification: "hot loop")
        }
        // Delays drawn from zero upwards are short now and then: that is jitter and no hot loop. So medians count.
        func shortestMedian(_ pause: (Gap) -> Double) -> Double {
            (1..<max(1, calls.map(\.count).max() ?? 0)).map { index in
                Sample(calls.compactMap { $0.count > index ? $0[index].map(pause) : nil }).median
            }.min() ?? .infinity
        }
        let shortest = shortestMedian(\.waited)
        // An arrival is stamped late where the server was: the pause before it may have been shorter.
        if shortestMedian(\.certainlyWaited) < least {
            return Finding(
                .inconclusive, expected: expected,
                actual: shortest < least
                    ? "a median pause of at most \(Wording.span(least)), though rarely two in a row below 10 ms"
                    : "the server was late at too many of its retries to know how short its pauses are",
                evidence: lines, notes: notes)
        }
        return Finding(
            .pass, expected: expected,
            actual: shortest.isFinite
                ? "the shortest median pause from the second retry on is \(Wording.span(shortest))"
                : "it tries again once, and once may be immediate",
            evidence: lines, notes: notes)
    }

    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            let ladder = Ladder(unhintedIn: calls, stalls: observation.stalls, wall: observation.wall)
            guard ladder.longest > 0 else {
                return Finding(.notApplicable, expected: expected, actual: "no call was tried again")
            }
            return judge(ladder.raw, name: "call").showing(.ladder(of: ladder, marks: marks))
        }
    }
}
