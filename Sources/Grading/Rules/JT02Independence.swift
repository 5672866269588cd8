import HTTPSemantics
import Journal

/// JT-02: every process draws its own delays.
extension Rule {
    static let jt02 = Rule(
        id: "JT-02", title: "draws its delays independently",
        requirement: "Processes that start together draw different delays: their random numbers do not come from the "
            + "same seed.",
        level: .practice, sources: [.awsJitter, .buildersLibrary], profile: .workers,
        scenarios: ["herd", "status-forever", "refused-forever"],
        procedure: """
            Judged where JT-01 finds jitter. 8 copies of the client, started within the same second, are held and \
            refused together two to four times in a row; two rounds. Two copies agree if all their delays are within \
            25 ms of each other. Fail if a quarter of the pairs agree: a seed taken from the clock in seconds, or a \
            constant one. As many retries are compared as are needed for chance to make less than 2 % of the pairs \
            agree, by the widths that JT-01 saw; inconclusive where that is above 10 %.
            """,
        tolerances: "25 ms. A copy whose pauses a stall of the server disturbed is left out; 70 % must remain.",
        errorRates: """
            Simulated, 1,000 gradings each: equal, full, ±25 % and ±10 % jitter on 500 ms or 1 s over four retries fail \
            in none; U(0.75, 1) on 500 ms over two retries in 0.1 %. A seed in seconds, or one that is shared in \
            groups of three or more of the eight copies, is found.
            """,
        next: Independence.next)
}

private enum Independence {
    static let expected = "delays that differ between processes which start together"
    static let workers = 8
    static let rounds = 2
    static let window = 0.025
    static let failingShare = 0.25
    static let wantedChance = 0.02
    static let tolerableChance = 0.1

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.workers) else {
            return .conclude(.noCommand(.workers, expected: expected))
        }
        // Whether there is jitter at all is another rule's question; its runs are the same as here.
        let jitter: Finding
        switch Rule.jt01.next(evidence) {
        case .run(let requests): return .run(requests)
        case .conclude(let finding): jitter = finding
        }
        switch jitter.verdict {
        case .pass: break
        case .fail:
            return .conclude(
                Finding(
                    .notApplicable, expected: expected, actual: "its delays are not drawn at random (see JT-01)"))
        case .inconclusive, .notApplicable:
            return .conclude(Finding(jitter.verdict, expected: expected, actual: jitter.actual))
        }
        return afterLadder(evidence, expected: expected) { gate, ladder, _ in
            let plan = Plan(ladder, status: gate.retriesUnavailable ? 503 : 429)
            guard plan.retries >= 2 else {
                return .conclude(
                    Finding(
                        .inconclusive, expected: expected,
                        actual: ladder.isCutShort
                            ? "too few undisturbed delays to compare: "
                                + "\(Wording.count(ladder.disturbed, "sample")) dropped because the server was late"
                            : "it makes a single retry, and two processes may well draw one delay alike"))
            }
            guard plan.chance <= tolerableChance else {
                return .conclude(
                    Finding(
                        .inconclusive, expected: expected,
                        actual: "its delays lie so close together that \(Wording.percent(plan.chance)) of all pairs "
                            + "agree by chance"))
            }
            let request = RunRequest(plan.kind, count: rounds)
            let missing = evidence.missing([request])
            guard missing.isEmpty else { return .run(missing) }
            let seen = (evidence.runs[plan.kind] ?? []).rounds(of: workers)
            let copies = (seen.first ?? []).enumerated().map { ("copy \($0 + 1)", $1) }
            return .conclude(
                judge(plan, seen, ladder).showing(.timeline("Attempts of the copies of the first round", of: copies)))
        }
    }

    struct Plan {
        var kind: RunRequest.Kind
        /// How many retries are compared.
        var retries: Int
        /// The share of independent pairs that agree at all of them.
        var chance: Double

        init(_ ladder: Ladder, status: Int) {
            retries = 0
            chance = 1
            for sample in ladder.delays.prefix(4) where retries < 2 || chance > wantedChance {
                retries += 1
                chance *= expectedPairCoincidence(
                    window: window, width: TrimmedRange(sample.values).estimatedJitter)
            }
            let time = ladder.delays.prefix(retries).reduce(0.0) { $0 + ($1.values.max() ?? 0) }
            kind = Scenarios.herd(
                failures: max(1, retries), status: status, workers: workers, client: .underTest,
                limit: .seconds(Int64(3 * time) + 30))
        }
    }

    /// The first delays of each process; those that were disturbed are left out.
    static func vectors(_ runs: [Run], retries: Int) -> [[Double]] {
        runs.compactMap { run in
            let gaps = run.gaps.prefix(retries).compactMap { $0 }
            guard gaps.count == retries, gaps.allSatisfy({ $0.doubt < window / 2 }) else { return nil }
            return gaps.map(\.waited)
        }
    }

    /// How many pairs there are, and how many agree everywhere.
    static func pairs(_ vectors: [[Double]]) -> (all: Int, agreeing: Int) {
        var agreeing = 0
        for (position, left) in vectors.enumerated() {
            agreeing += vectors[(position + 1)...].count { right in
                zip(left, right).allSatisfy { abs($0 - $1) <= window }
            }
        }
        return (vectors.count * (vectors.count - 1) / 2, agreeing)
    }

    static func judge(_ plan: Plan, _ rounds: [[Run]], _ ladder: Ladder) -> Finding {
        let started = pairs(vectors(ladder.runs, retries: plan.retries))
        var lines: [EvidenceLine] = []
        var (all, agreeing) = (0, 0)
        for (number, runs) in rounds.prefix(Self.rounds).enumerated() {
            if let defect = runs.compactMap(\.defect).first {
                return Finding(.inconclusive, expected: expected, actual: defect)
            }
            let vectors = vectors(runs, retries: plan.retries)
            guard Double(vectors.count) >= Tolerance.keptShare * Double(workers) else {
                return Finding(
                    .inconclusive, expected: expected,
                    actual: "only \(vectors.count) of \(workers) copies came back undisturbed in round \(number + 1)")
            }
            let round = pairs(vectors)
            all += round.all
            agreeing += round.agreeing
            let shown = vectors.prefix(8).map { $0.map { Wording.decimal($0, places: 2) }.joined(separator: " ") }
            lines.append(
                EvidenceLine(
                    "round \(number + 1): \(round.agreeing) of \(round.all) pairs agree; delays "
                        + shown.joined(separator: " | ") + " s",
                    speaksAgainst: Double(round.agreeing) >= failingShare * Double(round.all)))
        }
        lines.append(
            EvidenceLine(
                "processes of JT-01, started one after the other: \(started.agreeing) of \(started.all) pairs agree"))
        let share = Double(agreeing) / Double(max(1, all))
        let actual =
            "\(agreeing) of \(all) pairs of copies that start together draw the same \(plan.retries) delays; chance would "
            + "make it \(Wording.decimal(plan.chance * Double(all), places: 1))"
        guard share >= failingShare else {
            return Finding(.pass, expected: expected, actual: actual, evidence: lines, classification: "independent")
        }
        let always = Double(started.agreeing) >= 0.9 * Double(max(1, started.all))
        return Finding(
            .fail, expected: expected, actual: actual, evidence: lines,
            classification: always ? "a constant seed" : "a seed shared by those that start together")
    }
}
