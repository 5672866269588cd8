import HTTPSemantics
import Journal

/// What the first runs show, before any rule on time can be judged: which refusals the client tries again at all,
/// and how long it waits where nothing tells it to.
///
/// Every rule that needs it asks for the same runs, so they are made once.
struct Gate {
    /// 503 without a hint, then success.
    static let unavailable = Scenarios.statusOnce(503)
    /// The dialect's refusal without a hint, then success.
    static let refusedBare = Scenarios.refusedOnce(hint: nil)
    /// The dialect's refusal with a hint of one second, then success.
    static let refusedHinted = Scenarios.refusedOnce(hint: 1)

    /// Three each: a delay that is drawn at random shows its size only in several.
    static let requests = [unavailable, refusedBare, refusedHinted].map { RunRequest($0, count: 3) }

    var unavailable: [Run]
    var refusedBare: [Run]
    var refusedHinted: [Run]

    /// `nil` while the runs are not there.
    init?(_ evidence: Evidence) {
        guard evidence.missing(Self.requests).isEmpty else { return nil }
        unavailable = Array((evidence.runs[Self.unavailable] ?? []).prefix(3))
        refusedBare = Array((evidence.runs[Self.refusedBare] ?? []).prefix(3))
        refusedHinted = Array((evidence.runs[Self.refusedHinted] ?? []).prefix(3))
    }

    var runs: [Run] { unavailable + refusedBare + refusedHinted }

    var retriesUnavailable: Bool { unavailable.contains { $0.retries > 0 } }

    var retriesBareRefusal: Bool { refusedBare.contains { $0.retries > 0 } }

    var retriesRefusal: Bool { retriesBareRefusal || refusedHinted.contains { $0.retries > 0 } }

    /// Whether the dialect's refusals carry a Retry-After where one is asked for. Those of Stripe and of S3 have no
    /// such field, and nobody can be blamed for not waiting for it.
    var refusalsAnnounce: Bool {
        refusedHinted.contains { $0.exchanges.first?.reply?.fields.firstValue(of: "Retry-After") != nil }
    }

    /// Its first delays where nothing announced one, in seconds.
    var ownDelays: [Double] { (unavailable + refusedBare).compactMap { $0.gaps.first??.waited } }

    /// The longest of them.
    var longestOwnDelay: Double? { ownDelays.max() }

    /// How a client that never tries again ended.
    var ending: String { runs.last.map { Wording.ending($0.ending) } ?? "it was not run" }
}

extension Evidence {
    /// Those of the requests that are not satisfied yet.
    func missing(_ requests: [RunRequest]) -> [RunRequest] {
        requests.filter { request in
            guard let runs = runs[request.kind] else { return request.count > 0 }
            if request.kind.profile == .workers { return runs.rounds(of: request.kind.workers).count < request.count }
            return runs.count < request.count
        }
    }

    /// The first `count` runs of a kind; those of a later, larger request do not change what was read before.
    func runs(of request: RunRequest) -> [Run] { Array((runs[request.kind] ?? []).prefix(request.count)) }
}

extension [Run] {
    /// The complete rounds of worker runs, in order.
    func rounds(of workers: Int) -> [[Run]] {
        Dictionary(grouping: self, by: \.round).filter { $0.value.count >= workers }.sorted { $0.key < $1.key }
            .map(\.value)
    }
}

/// What every rule on retries does first: runs the gate, and says that it has nothing to judge where the client
/// never tries again.
func afterGate(_ evidence: Evidence, expected: String, _ judge: (Gate) -> Rule.Step) -> Rule.Step {
    guard let gate = Gate(evidence) else { return .run(evidence.missing(Gate.requests)) }
    // A run without a request says nothing of what the client tries again.
    for (name, runs) in [
        ("503", gate.unavailable), ("a refusal", gate.refusedBare), ("a refusal with a hint", gate.refusedHinted),
    ] where runs.allSatisfy(\.exchanges.isEmpty) {
        let isSilent = gate.runs.allSatisfy(\.exchanges.isEmpty)
        return .conclude(
            Finding(
                .inconclusive, expected: expected,
                actual: isSilent
                    ? "no request ever arrived: \(gate.ending)"
                    : "no request arrived in the runs with \(name), so what it tries again is not known"))
    }
    if let defect = gate.runs.lazy.filter({ $0.dropped > 0 }).compactMap(\.defect).first {
        return .conclude(Finding(.inconclusive, expected: expected, actual: defect))
    }
    guard gate.retriesUnavailable || gate.retriesRefusal else {
        return .conclude(.neverRetries(gate, expected: expected))
    }
    return judge(gate)
}

extension Finding {
    static func neverRetries(_ gate: Gate, expected: String) -> Finding {
        Finding(
            .notApplicable, expected: expected,
            actual: "the client never tries again: one request each on 503 and on a refusal, then \(gate.ending)",
            classification: "gives up at once")
    }

    /// A profile for which no command is known.
    static func noCommand(_ profile: Profile, expected: String) -> Finding {
        let remedy =
            switch profile {
            case .get, .workers: "name a command that sends one GET"
            case .post: "add --post 'CMD … {url}', a command that sends one POST with the file {body}"
            case .many:
                "use {requests} in the command: so many GETs of {url}/0, {url}/1, … from one process, {concurrency} at a time"
            case .deadline: "use {deadline} in the command: seconds after which it must have given up"
            }
        return Finding(.notApplicable, expected: expected, actual: "no command for this: \(remedy)")
    }

    /// A command that does not space its calls as it is told.
    static func cannotPace(expected: String) -> Finding {
        Finding(
            .notApplicable, expected: expected,
            actual: "the command does not space its calls: use {rate}, how many it begins per second")
    }

    /// Many POSTs, for which no command is known.
    static func noCommandForManyPosts(expected: String) -> Finding {
        Finding(
            .notApplicable, expected: expected,
            actual: "no command for this: use {requests}, {method} and {body} in the command, or {requests} in the one "
                + "of --post: so many POSTs of the file {body} to {url}/0, {url}/1, … from one process")
    }
}
