import Grading
import HTTPSemantics
import Journal
import Testing

@testable import Commands

/// A rule that wants so many runs of a scenario and then passes.
func rule(_ id: String, _ scenario: String = "a", wants count: Int = 1, pacing: RunRequest.Pacing = .free) -> Rule {
    let kind = RunRequest.Kind(scenario, pacing: pacing, limit: .seconds(10))
    return Rule(
        id: id, title: "rule \(id)", requirement: "It does.", level: .should, sources: [], profile: .get,
        scenarios: [scenario], procedure: "", tolerances: "", errorRates: "",
        next: { evidence in
            let runs = evidence.runs[kind] ?? []
            guard runs.count >= count else { return .run([RunRequest(kind, count: count)]) }
            return .conclude(Finding(.pass, expected: "", actual: "\(runs.map(\.round)) \(evidence.settings)"))
        })
}

func run(_ round: Int, requests: Int = 1) -> Run {
    let arrival = Arrival(connection: 1, method: "GET", target: "/", fields: FieldBlock(), peer: "127.0.0.1:1")
    let exchanges = (0..<requests).map { Exchange(id: UInt64($0 + 1), arrivedAt: .zero, arrival: arrival) }
    return Run(
        round: round, exchanges: exchanges, wall: WallLine(origin: WallTime(secondsSinceEpoch: 0)), endedAt: .zero)
}

@Suite struct InquiryTests {
    private let kind = RunRequest.Kind("a", pacing: .free, limit: .seconds(10))

    @Test func `asks every open rule and gathers what they want`() {
        var inquiry = Inquiry(rules: [rule("A"), rule("B", "b", wants: 3)], evidence: Evidence())
        let step = inquiry.advance(at: 0)
        #expect(step.wanted.map(\.count) == [1, 3])
        #expect(step.concluded == [])
        #expect(inquiry.open.map(\.id) == ["A", "B"])
    }

    @Test func `closes a rule with its finding and its time, and asks it no more`() {
        var inquiry = Inquiry(rules: [rule("A"), rule("B", wants: 2)], evidence: Evidence())
        inquiry.add([run(0)], of: kind)
        #expect(inquiry.advance(at: 1.5).concluded == ["A"])
        inquiry.add([run(1)], of: kind)
        let step = inquiry.advance(at: 2.5)
        #expect(step.concluded == ["B"])
        #expect(step.wanted.isEmpty)
        #expect(inquiry.judgements.map(\.id) == ["A", "B"])
        #expect(inquiry.judgements.map(\.seconds) == [1.5, 2.5])
    }

    @Test func `keeps runs in the order of their start`() {
        var inquiry = Inquiry(rules: [rule("A", wants: 3)], evidence: Evidence())
        for round in [2, 0, 1] { inquiry.add([run(round)], of: kind) }
        _ = inquiry.advance(at: 0)
        #expect(inquiry.judgements.map(\.finding.actual) == ["[0, 1, 2] [:]"])
    }

    @Test func `keeps the workers of a round together`() {
        var inquiry = Inquiry(rules: [], evidence: Evidence())
        inquiry.add([run(1), run(1)], of: kind)
        inquiry.add([run(0), run(0)], of: kind)
        #expect(inquiry.evidence.runs[kind]?.map(\.round) == [0, 0, 1, 1])
    }

    @Test func `gives each rule its own settings`() {
        var inquiry = Inquiry(
            rules: [rule("A", wants: 0), rule("B", wants: 0)], evidence: Evidence(), settings: ["B": ["most": "6"]])
        _ = inquiry.advance(at: 0)
        #expect(inquiry.judgements.map(\.finding.actual) == ["[] [:]", "[] [\"most\": \"6\"]"])
    }

    @Test func `says inconclusive of what is given up, and nothing else`() {
        var inquiry = Inquiry(rules: [rule("A", wants: 0), rule("B")], evidence: Evidence())
        _ = inquiry.advance(at: 0)
        inquiry.give(up: "interrupted", at: 3)
        #expect(inquiry.judgements.map(\.verdict) == [.pass, .inconclusive])
        #expect(inquiry.judgements[1].finding.actual == "interrupted")
    }
}
