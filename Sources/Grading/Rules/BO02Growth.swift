/// BO-02: delays grow from retry to retry.
extension Rule {
    static let bo02 = Rule(
        id: "BO-02", title: "waits longer from retry to retry",
        requirement: "Where nothing announces a wait, the client waits longer from retry to retry.",
        level: .practice, sources: [.awsJitter, .buildersLibrary, .grpcRetries, .retryStorm, .cloudStorage],
        profile: .get, scenarios: ["status-forever", "refused-forever"],
        procedure: """
            503 for ever without a hint, ten fresh processes. The logarithms of the mean delays are fitted over the \
            number of the retry; what lies behind the first delay of a plateau is left out. Pass if the growth factor \
            is above 1.2 beyond doubt, fail if it is below beyond doubt; else 20, then 40 processes are looked at, \
            and then it is inconclusive. An immediate first retry is left out and noted.
            """,
        tolerances: "A factor of 1.2 at z = 2.6 (99.5 % one-sided at each look).",
        errorRates: """
            Simulated, base 500 ms, factor 2, ten processes: exponential without jitter or with ±10 %, ±25 % and equal \
            jitter pass always; full jitter over 3 / 4 delays passes 90.5 / 99.9 % at the first look, the rest is \
            inconclusive. False pass at most 0.2 %, false fail none seen.
            """,
        next: Growth.next, observe: Growth.observe)
}

private enum Growth {
    static let expected = "each delay at least 1.2 times the one before, until a cap"
    static let z = 2.6
    static let immediate = 0.02

    static func next(_ evidence: Evidence) -> Rule.Step {
        afterLadder(evidence, expected: expected) { _, ladder, request in
            guard ladder.longest >= 2 else {
                return .conclude(
                    Finding(
                        .notApplicable, expected: expected, actual: "it tries again only once, so nothing can grow",
                        classification: "one retry"))
            }
            var count = request.count
            while true {
                let runs = evidence.runs[request.kind] ?? []
                guard runs.count >= count else { return .run([RunRequest(request.kind, count: count)]) }
                let ladder = Ladder(Array(runs.prefix(count)))
                let finding = judge(ladder).showing(.ladder(of: ladder))
                guard finding.verdict == .inconclusive, count < 40 else { return .conclude(finding) }
                count *= 2
            }
        }
    }

    static func judge(_ ladder: Ladder) -> Finding {
        var samples = ladder.delays
        var notes: [String] = []
        if let first = samples.first, first.median < immediate, samples.count > 2 {
            samples.removeFirst()
            notes.append("the first retry is immediate, \(Wording.span(first.median)) after the response")
        }
        let offset = ladder.delays.count - samples.count
        let lines =
            samples.enumerated().map { position, sample in
                EvidenceLine(
                    "retry \(position + 1 + offset): mean \(Wording.seconds(sample.mean)) over "
                        + "\(sample.count) processes", waited: sample.mean)
            } + ladder.losses
        guard let growth = GrowthSlope(samples) else {
            return Finding(
                .inconclusive, expected: expected,
                actual: "too few undisturbed delays: \(Wording.count(ladder.disturbed, "sample")) dropped because the "
                    + "server was late", evidence: lines, notes: notes)
        }
        let factor = "factor \(Wording.decimal(growth.factor, places: 2))"
        let cap = GrowthSlope.cap(samples)
        let medians = samples.prefix(12).map { Wording.decimal($0.median, places: 2) }.joined(separator: ", ") + " s"
        switch growth.answer(z: z) {
        case .grows:
            let shape = samples.count >= 4 && cap == nil && isLinear(samples) ? "linear" : "exponential"
            return Finding(
                .pass, expected: expected, actual: "\(medians): \(factor)", evidence: lines, notes: notes,
                classification: "\(shape), \(factor)" + (cap.map { ", cap \(Wording.wait($0))" } ?? ""))
        case .doesNotGrow:
            return Finding(
                .fail, expected: expected, actual: "\(medians): \(factor)",
                evidence: lines.map { line in
                    var line = line
                    line.speaksAgainst = line.waited != nil
                    return line
                }, notes: notes, classification: growth.factor < 0.8 ? "shrinking" : "constant")
        case .open:
            let low = exponential(growth.slope - z * growth.standardError)
            let high = exponential(growth.slope + z * growth.standardError)
            return Finding(
                .inconclusive, expected: expected,
                actual: "\(medians): a factor between \(Wording.decimal(low, places: 2)) and "
                    + "\(Wording.decimal(high, places: 2)) after \(ladder.runs.count) processes",
                evidence: lines, notes: notes)
        }
    }

    /// Whether ln m fits ln k better than k, and does not fit k within what jitter alone makes of a straight line: the
    /// delays of a client that draws them at random look like any shape.
    private static func isLinear(_ samples: [Sample]) -> Bool {
        let logarithms = samples.map { naturalLogarithm($0.mean) }
        func residue(_ positions: [Double]) -> Double {
            let centre = Sample(positions).mean
            let height = Sample(logarithms).mean
            var product = 0.0
            var spread = 0.0
            for (x, y) in zip(positions, logarithms) {
                product += (x - centre) * (y - height)
                spread += (x - centre) * (x - centre)
            }
            let slope = product / spread
            return zip(positions, logarithms).reduce(0) { sum, point in
                let error = point.1 - height - slope * (point.0 - centre)
                return sum + error * error
            }
        }
        let numbers = samples.indices.map { Double($0 + 1) }
        let scatter = samples.reduce(0.0) { sum, sample in
            sum + sample.coefficientOfVariation * sample.coefficientOfVariation / Double(sample.count)
        }
        return residue(numbers.map(naturalLogarithm)) < residue(numbers) && residue(numbers) > 3 * scatter
    }

    /// The calls of a journal stand for the processes.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            let ladders = Ladder(unhintedIn: calls, stalls: observation.stalls, wall: observation.wall)
            guard ladders.longest >= 2 else {
                return Finding(
                    .notApplicable, expected: expected,
                    actual: "no call was tried again twice where nothing announced a wait")
            }
            return judge(ladders).showing(.ladder(of: ladders))
        }
    }
}
