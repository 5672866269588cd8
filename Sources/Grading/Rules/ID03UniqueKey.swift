import HTTPSemantics
import Journal

/// ID-03: no two calls share an Idempotency-Key.
extension Rule {
    static let id03 = Rule(
        id: "ID-03", title: "gives each call a key of its own",
        requirement: "Every call has an Idempotency-Key of its own, exactly one, which no other payload ever carries.",
        level: .should, sources: [.idempotencyKey, .stripeIdempotency], profile: .many, scenarios: ["post-refused"],
        procedure: """
            Ten POSTs of one body to ten targets from one process, and the same from two more, the last with another \
            body; all succeed. Fail if a request carries several keys, or if a key comes with different bodies, or comes \
            for several calls of one process and changes from process to process: it is then no function of the content. \
            A key that equal bodies share and other bodies do not is derived from the content: that is noted, as is a \
            key that is no quoted string. Not applicable where no key is sent.
            """,
        tolerances: "None: keys and digests are compared.",
        errorRates: "Exact, but for random keys so short that they coincide.",
        next: UniqueKey.next, observe: UniqueKey.observe)
}

private enum UniqueKey {
    static let expected = "one Idempotency-Key for each call, and none for two"

    static func request(other: Bool, count: Int) -> RunRequest {
        var kind = RunRequest.Kind.many(
            "post-refused", parameters: ["failures": "0"], requests: 10, concurrency: 2, posts: true,
            limit: .seconds(20))
        if other { kind.parameters["body"] = "other" }
        return RunRequest(kind, count: count)
    }

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.canPostMany else { return .conclude(.noCommandForManyPosts(expected: expected)) }
        let requests = [request(other: false, count: 2), request(other: true, count: 1)]
        let missing = evidence.missing(requests)
        guard missing.isEmpty else { return .run(missing) }
        let runs = requests.flatMap { evidence.runs(of: $0) }
        if let defect = runs.compactMap({ $0.defect(ofCalls: 10) }).first {
            return .conclude(Finding(.inconclusive, expected: expected, actual: defect))
        }
        let rows = runs.enumerated().map { ("process \($0.offset + 1)", $0.element) }
        return .conclude(judge(runs).showing(.timeline("POSTs of each process", of: rows)))
    }

    /// One request with a key.
    struct Use: Hashable {
        var key: String
        var digest: String
        /// The number of its process, and its target.
        var call: String
        var process: Int
    }

    /// - Parameter runs: two of one body, then one of another.
    static func judge(_ runs: [Run]) -> Finding {
        let requests = runs.flatMap(\.exchanges)
        let uses = runs.enumerated().flatMap { number, run in
            run.exchanges.flatMap { Self.uses(of: $0, process: number) }
        }
        func finding(_ verdict: Verdict, _ actual: String, notes: [String] = [], _ classification: String? = nil)
            -> Finding
        {
            let lines = runs.enumerated().map { number, run in
                let keys = Set(uses.filter { $0.process == number }.map(\.key)).count
                return EvidenceLine(
                    "process \(number + 1): \(Wording.count(run.callsByTarget.count, "call")), "
                        + Wording.count(keys, "key"), speaksAgainst: verdict == .fail)
            }
            return Finding(
                verdict, expected: expected, actual: actual, evidence: lines, notes: notes,
                classification: classification)
        }
        guard !uses.isEmpty else { return finding(.notApplicable, "it sends no Idempotency-Key") }
        if Set(requests.map { $0.body?.digest ?? "" }).count < 2 {
            return finding(.inconclusive, "all processes sent the same body: does the command send {body}?")
        }
        if requests.contains(where: { $0.arrival.fields.values(of: "Idempotency-Key").count > 1 }) {
            return finding(.fail, "a request carries more than one Idempotency-Key")
        }
        var notes: [String] = []
        let missing = requests.count { $0.arrival.fields.firstValue(of: "Idempotency-Key") == nil }
        if missing > 0 { notes.append("\(Wording.share(missing, of: requests.count, "request")) carry no key") }
        if let bare = uses.first(where: { !isQuoted($0.key) }) {
            notes.append("the key is no quoted string, which the draft wants: \(bare.key.prefix(40))")
        }
        let byKey = Dictionary(grouping: uses, by: \.key).values
        if byKey.contains(where: { Set($0.map(\.digest)).count > 1 }) {
            return finding(.fail, "one key comes with different bodies", notes: notes, "one key for everything")
        }
        let shared = byKey.filter { Set($0.map(\.call)).count > 1 }
        guard !shared.isEmpty else {
            return finding(.pass, "\(byKey.count) keys for \(byKey.count) calls", notes: notes)
        }
        // What follows from the content is the same in every process.
        let reappears = shared.contains { Set($0.map(\.process)).count > 1 }
        guard reappears else {
            return finding(
                .fail, "the calls of a process share a key, which the next process changes", notes: notes,
                "one key for a process")
        }
        notes.append("calls with equal bodies share a key, so it follows from the content")
        return finding(.pass, "no key comes with different bodies", notes: notes, "derived from the content")
    }

    static func uses(of exchange: Exchange, process: Int) -> [Use] {
        exchange.arrival.fields.values(of: "Idempotency-Key").map {
            Use(
                key: $0, digest: exchange.body?.digest ?? "", call: "\(process) \(exchange.arrival.target)",
                process: process)
        }
    }

    /// A string of RFC 9651.
    static func isQuoted(_ key: String) -> Bool { key.utf8.count >= 2 && key.hasPrefix("\"") && key.hasSuffix("\"") }

    /// A journal: the same key with another target or body is another call's.
    static func observe(_ observation: Observation) -> Finding {
        let expected = "no Idempotency-Key with different bodies, and one in a request at most"
        return judgeObservation(observation, expected: expected) { _ in
            let several = observation.exchanges.filter {
                $0.arrival.fields.values(of: "Idempotency-Key").count > 1
            }
            let uses = observation.exchanges.flatMap { Self.uses(of: $0, process: 0) }
            guard !uses.isEmpty else {
                return Finding(.notApplicable, expected: expected, actual: "no request carries an Idempotency-Key")
            }
            let byKey = Dictionary(grouping: uses, by: \.key)
            let reused = byKey.filter { Set($0.value.map { [$0.digest, $0.call] }).count > 1 }.keys.sorted()
            let lines =
                several.map { EvidenceLine("\($0.arrival.target): several keys", speaksAgainst: true) }
                + reused.map { EvidenceLine("\($0.prefix(40)): for different requests", speaksAgainst: true) }
            return Finding(
                lines.isEmpty ? .pass : .fail, expected: expected,
                actual: lines.isEmpty
                    ? "\(Wording.count(byKey.count, "key")), each for one request and its repetitions"
                    : "\(Wording.count(lines.count, "key")) against the draft", evidence: lines)
        }
    }
}
