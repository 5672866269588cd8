import HTTPSemantics
import Journal

/// The delays a client chooses by itself, retry by retry, over fresh processes.
struct Ladder {
    /// The undisturbed pauses before retry 1, 2, …; an index that few runs reached is left out with all after it.
    var delays: [Sample]
    /// The runs it was read from.
    var runs: [Run]
    /// Samples dropped because the server was late.
    var disturbed: Int
    /// All pauses, disturbed ones too, run by run.
    var raw: [[Gap?]]

    init(_ runs: [Run]) {
        self.runs = runs
        raw = runs.map(\.gaps)
        var delays: [Sample] = []
        var disturbed = 0
        for index in 0..<(raw.map(\.count).max() ?? 0) {
            let all = raw.compactMap { $0.count > index ? $0[index] : nil }
            let kept = all.filter { !$0.isDisturbed }
            disturbed += all.count - kept.count
            guard Double(kept.count) >= Tolerance.keptShare * Double(runs.count), kept.count >= 3 else { break }
            delays.append(Sample(kept.map(\.waited)))
        }
        self.delays = delays
        self.disturbed = disturbed
    }

    /// How many retries the most persistent run made.
    var longest: Int { raw.map(\.count).max() ?? 0 }

    /// Whether later delays are unknown because the server was late.
    var isCutShort: Bool { longest > delays.count && disturbed > 0 }

    /// How many samples were dropped; nothing where none were.
    var losses: [EvidenceLine] {
        guard disturbed > 0 else { return [] }
        return [EvidenceLine("\(Wording.count(disturbed, "sample")) dropped because the server was late")]
    }

    /// `1.00, 2.00, 4.00 s`: the medians.
    var medians: String {
        delays.prefix(12).map { Wording.decimal($0.median, places: 2) }.joined(separator: ", ") + " s"
    }
}

extension Ladder {
    /// Which retries it has no hint for: 503, or the dialect's refusal for a client that tries only those again.
    static func request(_ evidence: Evidence, status503: Bool = true) -> RunRequest {
        let thoroughness = evidence.thoroughness
        let limit = observation(thoroughness)
        let kind =
            status503
            ? Scenarios.statusForever(503, pacing: .timed, limit: limit)
            : Scenarios.refusedForever(hint: nil, pacing: .timed, limit: limit)
        return RunRequest(kind, count: thoroughness == .quick ? 8 : 10)
    }

    /// How long a ladder is watched. In quick it is cut: the first gaps suffice to see jitter and hot loops.
    static func observation(_ thoroughness: Evidence.Thoroughness) -> Duration {
        switch thoroughness {
        case .quick: .milliseconds(3_500)
        case .standard: .seconds(50)
        case .full: .seconds(120)
        }
    }

    /// The built-in client without jitter on the same machine at the same time: its scatter is the noise.
    static func reference(_ evidence: Evidence) -> RunRequest {
        let quick = evidence.thoroughness == .quick
        let kind = RunRequest.Kind(
            "status-forever", parameters: ["status": "503"], client: .constantDelay(.seconds(1)), pacing: .timed,
            limit: .milliseconds(quick ? 3_300 : 8_300))
        return RunRequest(kind, count: quick ? 8 : 10)
    }
}

/// Runs the gate and the ladder side by side, and judges when both are there.
func afterLadder(
    _ evidence: Evidence, expected: String, with more: [RunRequest] = [],
    _ judge: (Gate, Ladder, RunRequest) -> Rule.Step
) -> Rule.Step {
    let first = Ladder.request(evidence)
    let missing = evidence.missing(Gate.requests + [first] + more)
    guard missing.isEmpty else { return .run(missing) }
    return afterGate(evidence, expected: expected) { gate in
        var request = first
        if !gate.retriesUnavailable {
            guard gate.retriesBareRefusal else {
                return .conclude(
                    Finding(
                        .notApplicable, expected: expected,
                        actual: "it tries again only where a response says when, so it has no delays of its own",
                        classification: "retries only on a hint"))
            }
            request = Ladder.request(evidence, status503: false)
            let missing = evidence.missing([request])
            guard missing.isEmpty else { return .run(missing) }
        }
        let ladder = Ladder(evidence.runs(of: request))
        if let defect = ladder.runs.compactMap(\.defect).first {
            return .conclude(Finding(.inconclusive, expected: expected, actual: defect))
        }
        if ladder.longest == 0 {
            return .conclude(
                Finding(
                    .inconclusive, expected: expected,
                    actual: "it tried again in the first runs, but not within "
                        + "\(Wording.wait(request.kind.limit.inSeconds)) when observed for its delays"))
        }
        return judge(gate, ladder, request)
    }
}

extension Ladder {
    /// The pauses of recorded calls that followed a failure without a hint.
    ///
    /// A call counts from its first request to the first response that announced a wait or did not ask to come back.
    init(unhintedIn calls: [Call], stalls: [Stall], wall: WallLine) {
        self.init(
            calls.map { call in
                var exchanges: [Exchange] = []
                for exchange in call.exchanges {
                    exchanges.append(exchange)
                    guard exchange.asksToComeBack, exchange.reply?.fields["Retry-After"] == nil else { break }
                }
                return Run(
                    exchanges: exchanges, wall: wall, endedAt: exchanges.last?.arrivedAt ?? .zero, stalls: stalls)
            }.filter { $0.exchanges.count > 1 })
    }
}
