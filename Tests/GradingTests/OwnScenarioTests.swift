import Grading
import HTTPSemantics
import Journal
import Testing

/// Scenarios that say by which rules they are judged.
@Suite struct OwnScenarioTests {
    static func run(_ round: Int, waits pause: Double?, unmatched: Bool = false, unconsumed: Int = 0) -> Run {
        var exchanges = [Self.exchange(1, at: 0, status: 429)]
        if let pause { exchanges.append(Self.exchange(2, at: pause, status: 200)) }
        if unmatched {
            for index in exchanges.indices {
                exchanges[index].decision = Decision(source: .unmatched, route: nil, attempt: 0, status: 404)
            }
        }
        return Run(
            round: round, exchanges: exchanges, wall: SimulatedMachine.wall, endedAt: Instant(seconds: 5),
            unconsumed: unconsumed)
    }

    private static func exchange(_ id: UInt64, at seconds: Double, status: Int) -> Exchange {
        var exchange = Exchange(
            id: id, arrivedAt: Instant(seconds: seconds),
            arrival: Arrival(connection: 1, method: "GET", target: "/", fields: FieldBlock(), peer: "127.0.0.1:1"))
        exchange.repliedAt = Instant(seconds: seconds + 0.001)
        exchange.endedAt = exchange.repliedAt
        exchange.reply = ReplyHead(
            status: status, fields: FieldBlock(status == 429 ? [("Retry-After", "2")] : []))
        return exchange
    }

    static let scenario = OwnScenario(
        file: "mine/wait.yaml", expectations: ["RA-01": [:], "AT-01": ["most": "1"]])

    func judge(_ rule: Rule, _ runs: [Run], profiles: Set<Profile> = [.get]) throws -> Finding {
        var evidence = Evidence(profiles: profiles)
        if case .run(let requests) = rule.next(evidence) {
            #expect(requests.map(\.kind.scenario) == ["mine/wait.yaml"])
            #expect(requests.map(\.count) == [OwnScenario.repetitions])
            evidence.runs[requests[0].kind] = runs
        }
        guard case .conclude(let finding) = rule.next(evidence) else {
            Issue.record("\(rule.id) wants still more")
            return Finding(.inconclusive, expected: "", actual: "")
        }
        return finding
    }

    @Test func `the catalogue's rules, judged on these scenarios`() throws {
        let rules = OwnScenario.rules(of: [Self.scenario])
        #expect(rules.map(\.id) == ["AT-01", "RA-01"])
        #expect(rules.map(\.scenarios) == [["mine/wait.yaml"], ["mine/wait.yaml"]])
        let runs = (0..<3).map { Self.run($0, waits: 2.1) }
        #expect(try judge(rules[0], runs).verdict == .fail)
        let finding = try judge(rules[1], runs)
        #expect(finding.verdict == .pass)
        #expect(finding.actual == "wait.yaml, run 1: never early in one retry (and 2 runs alike)")
    }

    @Test func `the worst run decides, and no run passes that saw nothing`() throws {
        let rule = OwnScenario.rules(of: [Self.scenario])[1]
        let early = try judge(rule, [Self.run(0, waits: 2.1), Self.run(1, waits: 1), Self.run(2, waits: 2.1)])
        #expect(early.verdict == .fail)
        #expect(early.actual == "wait.yaml, run 2: early in 1 of 1 retry")
        #expect(early.evidence.map(\.speaksAgainst) == [false, true, false])
        let silent = try judge(rule, (0..<3).map { Self.run($0, waits: nil, unconsumed: 1) })
        #expect(silent.verdict == .notApplicable)
        #expect(silent.evidence.contains { $0.text == "wait.yaml, run 1: one scripted reply never asked for" })
        let lost = try judge(rule, (0..<3).map { Self.run($0, waits: 2.1, unmatched: true) })
        #expect(lost.verdict == .inconclusive)
        #expect(lost.actual.contains("no route takes GET /"))
    }

    @Test func `a client without the command that a scenario needs is not judged on it`() throws {
        let posts = OwnScenario(file: "mine/post.yaml", profile: .post, expectations: ["RA-01": [:]])
        let finding = try judge(OwnScenario.rules(of: [posts])[0], [])
        #expect(finding.verdict == .notApplicable)
        #expect(finding.actual.contains("add --post"))
    }
}
