import HTTPSemantics
import Journal

/// RA-05: a redirect may ask to wait as well.
extension Rule {
    static let ra05 = Rule(
        id: "RA-05", title: "waits before it follows a redirect",
        requirement: "After a redirect with Retry-After the client does not issue the redirected request earlier.",
        level: .information, sources: [.retryAfter], profile: .get, scenarios: ["redirected-later"],
        procedure: """
            307 with a Location and Retry-After 2, two runs. Fail if a run follows it earlier; not applicable to a \
            client that does not follow redirects. Hardly any client waits here: it is shown, and fails nobody.
            """,
        tolerances: "25 ms early, for the client's own timer.",
        errorRates: """
            No false fail by construction. A client has no delay of its own before a redirect, so none obeys by luck.
            """,
        next: Redirects.next, observe: Redirects.observe)
}

private enum Redirects {
    static let expected = "no redirected request before the announced wait is over"
    static let wait = 2

    static func next(_ evidence: Evidence) -> Rule.Step {
        let request = RunRequest(Scenarios.redirectedLater(wait: wait), count: 2)
        let missing = evidence.missing([request])
        guard missing.isEmpty else { return .run(missing) }
        let runs = evidence.runs(of: request)
        if let defect = runs.compactMap(\.defect).first {
            return .conclude(Finding(.inconclusive, expected: expected, actual: defect))
        }
        let followed = runs.compactMap { run -> (String, Exchange, Exchange)? in
            guard let first = run.exchanges.first, first.redirects, let next = target(of: first, in: run.exchanges)
            else { return nil }
            return ("run \(run.round + 1)", first, next)
        }
        guard !followed.isEmpty else {
            if runs.contains(where: { $0.ending == .timeUp }) {
                return .conclude(
                    Finding(
                        .inconclusive, expected: expected,
                        actual: "it was still waiting 15 s after it was redirected and asked to wait 2 s"))
            }
            return .conclude(
                Finding(
                    .notApplicable, expected: expected,
                    actual: "it does not follow redirects: one request, then "
                        + (runs.last.map { Wording.ending($0.ending) } ?? "nothing"),
                    classification: "does not follow redirects"))
        }
        let picture = Picture.timeline(
            "A redirect and the request that follows it", of: runs.map { ("run \($0.round + 1)", $0) })
        return .conclude(judge(followed, stalls: Stall.inOrder(runs.flatMap(\.stalls))).showing(picture))
    }

    /// The request that follows a redirect: the next one whose path is that of its Location.
    static func target(of redirect: Exchange, in exchanges: some Sequence<Exchange>) -> Exchange? {
        guard let location = redirect.reply?.fields["Location"] else { return nil }
        let path = self.path(location)
        return exchanges.first { $0.arrivedAt > redirect.arrivedAt && self.path($0.arrival.target) == path }
    }

    /// The path and query of a reference, without scheme and authority.
    private static func path(_ reference: String) -> Substring {
        var rest = reference[...]
        for scheme in ["http://", "https://"] where rest.hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            rest = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        }
        return rest
    }

    static func judge(_ followed: [(name: String, redirect: Exchange, next: Exchange)], stalls: [Stall]) -> Finding {
        var lines: [EvidenceLine] = []
        var early = 0
        var doubtful = 0
        for (name, redirect, next) in followed {
            guard let asked = redirect.announcedSeconds,
                let gap = Gap.between(redirect, next, number: 1, stalls: stalls)
            else { continue }
            let isEarly = gap.waited < asked - Tolerance.early
            if isEarly { early += 1 } else if gap.certainlyWaited < asked - Tolerance.early { doubtful += 1 }
            lines.append(
                EvidenceLine(
                    "\(name), redirect followed: \(Wording.asked(asked, waited: gap.waited))", asked: asked,
                    waited: gap.waited, speaksAgainst: isEarly))
        }
        let count = Wording.count(lines.count, "redirect")
        if early > 0 {
            return Finding(
                .fail, expected: expected, actual: "early in \(early) of \(count)", evidence: lines,
                classification: lines.allSatisfy { ($0.waited ?? 0) < 0.25 } ? "follows at once" : nil)
        }
        guard lines.count > doubtful else {
            return Finding(
                .inconclusive, expected: expected, actual: "the server was late whenever a redirect was followed",
                evidence: lines)
        }
        return Finding(.pass, expected: expected, actual: "never early in \(count)", evidence: lines)
    }

    /// Every redirect of a journal that asked to wait and was followed.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { _ in
            let exchanges = observation.exchanges
            let followed = exchanges.indices.compactMap { position -> (String, Exchange, Exchange)? in
                let exchange = exchanges[position]
                guard exchange.redirects, exchange.announcedSeconds != nil else { return nil }
                let later = exchanges[(position + 1)...].lazy.filter {
                    $0.arrival.fromSameHost(as: exchange.arrival)
                }
                guard let next = target(of: exchange, in: later) else { return nil }
                return ("\(exchange.arrival.method) \(exchange.arrival.target)", exchange, next)
            }
            guard !followed.isEmpty else {
                return Finding(
                    .notApplicable, expected: expected,
                    actual: "no redirect with Retry-After in seconds was followed")
            }
            return judge(followed, stalls: observation.stalls)
        }
    }
}

extension Exchange {
    /// Answered with a redirection that names another place (RFC 9110 section 15.4).
    fileprivate var redirects: Bool {
        guard let reply else { return false }
        return [301, 302, 303, 307, 308].contains(reply.status) && reply.fields["Location"] != nil
    }
}

extension Arrival {
    /// Whether the peers differ in nothing but the port.
    fileprivate func fromSameHost(as other: Arrival) -> Bool { host == other.host }

    private var host: Substring { peer[..<(peer.lastIndex(of: ":") ?? peer.endIndex)] }
}
