import HTTPSemantics
import Journal

/// JT-01: delays are randomised.
extension Rule {
    static let jt01 = Rule(
        id: "JT-01", title: "randomises its delays",
        requirement: "At every retry the client draws its delay at random, so that clients that failed together part.",
        level: .practice, sources: [.awsJitter, .buildersLibrary, .grpcRetries, .openAI, .retryStorm], profile: .get,
        scenarios: ["status-forever", "refused-forever"],
        procedure: """
            The processes of BO-02, started at least 60 ms apart. For each retry the latest delay is dropped and the \
            range of the others compared with tau: at least 25 ms, and three times the range of a built-in client \
            without jitter that runs beside them. Pass if every usable retry exceeds it; fail if one with a median \
            of 500 ms or more scatters by no more than 25 ms, or no more than that client. Inconclusive if it lies \
            between the two, if the built-in client looks jittered too, if tau exceeds a tenth of the delay, if all \
            delays are short, or if a small scatter does not grow with the delay. A second opinion is printed with \
            it and decides nothing: the coefficient of variation of all retries together with its limits by chi-square, \
            jittered if the lower one exceeds what noise explains, fixed if the upper one is below 5 %.
            """,
        tolerances: "tau = max(25 ms, 3 × the reference's range); below 250 ms never a fail.",
        errorRates: """
            Simulated, ten processes, tau 25 ms, 2 % outliers: a constant delay is called jittered in 1.6 % at one \
            retry (0.03 % at two); ±10 % of 500 ms is missed in 0.05 %, of 250 ms in 4 %; full, equal and ±25 % \
            jitter practically never. Quick uses eight processes: ±10 % of 500 ms is missed in 0.4 %. A client with \
            a fixed offset per host fails here and passes HD-01, which counts for more. A recorded journal has no \
            built-in client beside it: there a range of 25 ms still is no jitter, but what counts as jitter must exceed \
            75 ms and a tenth of the delay, over at least ten calls.
            """,
        next: Jitter.next, observe: Jitter.observe)
}

private enum Jitter {
    static let expected = "delays that differ from process to process at every retry"
    static let leastTau = 0.025

    static func next(_ evidence: Evidence) -> Rule.Step {
        let reference = Ladder.reference(evidence)
        return afterLadder(evidence, expected: expected, with: [reference]) { _, ladder, _ in
            let steady = Ladder(evidence.runs(of: reference))
            return .conclude(judge(ladder, reference: steady).showing(picture(ladder, reference: steady)))
        }
    }

    /// The delays of each retry, with the range that is compared.
    static func picture(_ ladder: Ladder, reference: Ladder) -> Picture {
        let noise = Noise(reference)
        let steps = ladder.delays.enumerated().map { position, sample in
            let index = read(position + 1, sample, noise)
            let low = sample.values.min() ?? 0
            return LadderPlot.Step(
                number: index.number, delays: sample.values, centre: index.median, low: low,
                high: low + index.range.width, remark: remark(index.answer),
                speaksAgainst: remark(index.answer) == "fixed")
        }
        return .ladder(
            LadderPlot(
                title: "Spread of the delay before each retry", steps: steps,
                intervalMeaning: "range without the latest, and median"))
    }

    private static func remark(_ answer: Index.Answer) -> String {
        switch answer {
        case .jittered: "jittered"
        case .fixed: "fixed"
        case .unclear(let why): "not judged (\(why))"
        }
    }

    /// What the machine adds to delays, as a client without jitter shows it.
    struct Noise {
        /// By how much its delays scatter, retry by retry, in seconds.
        var ranges: [Double]
        var widest: Double { ranges.max() ?? 0 }
        /// More is jitter.
        var tau: Double { max(leastTau, 3 * widest) }
        /// No more is none.
        var steady: Double { max(leastTau, widest) }

        /// The standard deviation of its delays, in seconds, each retry's latest left out.
        var deviation: Double

        init(_ reference: Ladder) {
            ranges = reference.delays.map { TrimmedRange($0.values).width }
            deviation =
                reference.delays.map { Sample(Array($0.values.sorted().dropLast())).standardDeviation }.max() ?? 0
        }
    }

    /// What one retry shows.
    struct Index {
        enum Answer {
            case jittered
            case fixed
            /// Why it is not judged.
            case unclear(String)
        }

        var number: Int
        var median: Double
        var deviation: Double
        var range: TrimmedRange
        var answer: Answer
    }

    static func judge(_ ladder: Ladder, reference: Ladder) -> Finding {
        func inconclusive(_ actual: String, _ lines: [EvidenceLine] = []) -> Finding {
            Finding(.inconclusive, expected: expected, actual: actual, evidence: lines)
        }
        let noise = Noise(reference)
        guard !noise.ranges.isEmpty else {
            return inconclusive(
                "the machine was too busy: not even the built-in client without jitter came back undisturbed, to be "
                    + "compared with")
        }
        let noisy = noise.ranges.count { $0 > leastTau }
        let floor = EvidenceLine(
            "built-in client without jitter: range \(Wording.span(noise.widest)), so more than "
                + "\(Wording.span(noise.tau)) is jitter"
        )
        if 2 * noisy > noise.ranges.count {
            return inconclusive("even a client without jitter looks jittered on this machine", [floor])
        }
        let indices = ladder.delays.enumerated().map { position, sample in
            read(position + 1, sample, noise)
        }
        let pooled = PooledVariation(ladder.delays, noise: noise.deviation)
        let lines = [floor] + indices.map(line) + (pooled.map { [secondOpinion($0)] } ?? []) + ladder.losses
        let disturbed =
            "too few undisturbed delays: \(Wording.count(ladder.disturbed, "sample")) dropped because the server was late"
        guard !indices.isEmpty else { return inconclusive(disturbed, lines) }

        let fixed = indices.filter { if case .fixed = $0.answer { true } else { false } }
        let jittered = indices.filter { if case .jittered = $0.answer { true } else { false } }
        if let steadiest = fixed.min(by: { $0.range.width / $0.median < $1.range.width / $1.median }) {
            return Finding(
                .fail, expected: expected,
                actual: "retry \(steadiest.number) comes \(Wording.seconds(steadiest.median)) after the response "
                    + "within \(Wording.span(steadiest.range.width)) over \(steadiest.range.count) processes",
                evidence: lines,
                classification: jittered.isEmpty ? "no jitter" : "no jitter at retry \(fixed.map(\.number))")
        }
        let unclear = indices.filter { if case .unclear = $0.answer { true } else { false } }
        if let doubtful = unclear.first(where: { $0.median >= 0.5 }) {
            return inconclusive("retry \(doubtful.number) cannot be told from noise here", lines)
        }
        guard !jittered.isEmpty else {
            return inconclusive(
                ladder.isCutShort ? disturbed : "its delays are too short to tell jitter from noise here", lines)
        }
        if isNoise(jittered, tau: noise.tau) {
            return inconclusive("the scatter does not grow with the delay, as jitter would and noise does not", lines)
        }
        let shares = jittered.map { $0.range.estimatedJitter / $0.median }
        return Finding(
            .pass, expected: expected,
            actual: "jittered at \(Wording.share(jittered.count, of: indices.count, "retry")), over about "
                + "\(Wording.percent(Sample(shares).median)) of the delay",
            evidence: lines, notes: unclear.map { "retry \($0.number) is too short to be judged" },
            classification: "jitter over \(Wording.percent(Sample(shares).median)) of the delay")
    }

    private static func read(_ number: Int, _ sample: Sample, _ noise: Noise) -> Index {
        let range = TrimmedRange(sample.values)
        let median = sample.median
        let answer: Index.Answer
        if range.width > noise.tau {
            answer = .jittered
        } else if median < 0.25 {
            answer = .unclear("too short")
        } else if noise.tau > median / 10 || range.width > noise.steady {
            answer = .unclear("noise")
        } else if median < 0.5 {
            answer = .unclear("less than ±25 %")
        } else {
            answer = .fixed
        }
        return Index(
            number: number, median: median, deviation: sample.standardDeviation, range: range, answer: answer)
    }

    private static func line(_ index: Index) -> EvidenceLine {
        let text =
            "retry \(index.number): median \(Wording.seconds(index.median)), range without the latest "
            + "\(Wording.span(index.range.width)) over \(index.range.count) processes"
        return EvidenceLine(
            "\(text): \(remark(index.answer))", waited: index.median, speaksAgainst: remark(index.answer) == "fixed")
    }

    /// Says what the variation of all retries together speaks for. It decides nothing: it is there for a reader who
    /// doubts the ranges.
    private static func secondOpinion(_ pooled: PooledVariation) -> EvidenceLine {
        func percent(_ share: Double) -> String { Wording.decimal(share * 100, places: 1) }
        let opinion =
            switch pooled.answer {
            case .jittered: "jittered"
            case .fixed: "fixed"
            case .open: "open"
            }
        return EvidenceLine(
            "second opinion, all retries together: standard deviation \(percent(pooled.value)) % of the delay (99 % "
                + "limits \(percent(pooled.lower)) to \(percent(pooled.upper)) %, noise up to "
                + "\(percent(pooled.ceiling)) %): \(opinion)")
    }

    /// Jitter is a share of the delay; noise is not. Only small scatter is suspected: a client that adds up to a
    /// second to every delay scatters evenly too, but far beyond any noise.
    private static func isNoise(_ indices: [Index], tau: Double) -> Bool {
        guard indices.count >= 3, indices.allSatisfy({ $0.range.width < 10 * tau }) else { return false }
        let medians = indices.map(\.median)
        guard let low = medians.min(), let high = medians.max(), high > 3 * low else { return false }
        let centre = Sample(medians).mean
        let height = Sample(indices.map(\.deviation)).mean
        var product = 0.0
        var spread = 0.0
        for index in indices {
            product += (index.median - centre) * (index.deviation - height)
            spread += (index.median - centre) * (index.median - centre)
        }
        let slope = product / spread
        let intercept = height - slope * centre
        // With proportional jitter the whole scatter is slope; with noise it is intercept.
        return slope * high < intercept
    }

    /// Fewer calls than that are no sample.
    private static let leastCalls = 10

    /// The calls of a journal stand for the processes. Nothing measures the noise there. It only widens a range, so a
    /// narrow one still proves that there is no jitter; a wide one must be wider than noise ever is.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            let ladder = Ladder(unhintedIn: calls, stalls: observation.stalls, wall: observation.wall)
            func finding(_ verdict: Verdict, _ actual: String, _ lines: [EvidenceLine] = []) -> Finding {
                Finding(verdict, expected: expected, actual: actual, evidence: lines)
                    .showing(.ladder("Spread of the delay before each retry", of: ladder))
            }
            guard ladder.longest > 0 else {
                return finding(.notApplicable, "no call was tried again where nothing announced a wait")
            }
            let samples = ladder.delays.prefix { $0.count >= leastCalls }
            guard !samples.isEmpty else {
                return finding(
                    .inconclusive,
                    "only \(Wording.count(ladder.runs.count, "call")) tried again undisturbed where nothing announced a "
                        + "wait; \(leastCalls) are a sample")
            }
            let indices = samples.enumerated().map { recorded($0.offset + 1, $0.element) }
            let lines = indices.map(line) + ladder.losses
            if let fixed = indices.first(where: { if case .fixed = $0.answer { true } else { false } }) {
                return finding(
                    .fail,
                    "retry \(fixed.number) comes \(Wording.seconds(fixed.median)) after the response within "
                        + "\(Wording.span(fixed.range.width)) over \(fixed.range.count) calls", lines)
            }
            let jittered = indices.filter { if case .jittered = $0.answer { true } else { false } }
            guard !jittered.isEmpty else {
                return finding(.inconclusive, "jitter and noise cannot be told apart in this journal", lines)
            }
            if let doubtful = indices.first(where: { index in
                if case .unclear = index.answer { index.median >= 0.5 } else { false }
            }) {
                return finding(.inconclusive, "retry \(doubtful.number) cannot be told from noise here", lines)
            }
            return finding(
                .pass, "jittered at \(Wording.share(jittered.count, of: indices.count, "retry"))", lines)
        }
    }

    private static func recorded(_ number: Int, _ sample: Sample) -> Index {
        let range = TrimmedRange(sample.values)
        let median = sample.median
        let answer: Index.Answer =
            if range.width > max(3 * leastTau, median / 10) {
                .jittered
            } else if median < 0.5 {
                .unclear("too short")
            } else if range.width <= leastTau {
                .fixed
            } else {
                .unclear("noise")
            }
        return Index(
            number: number, median: median, deviation: sample.standardDeviation, range: range, answer: answer)
    }
}
