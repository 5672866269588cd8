import Grading
import Testing

@Suite struct CardGradeTests {
    struct Case: CustomTestStringConvertible {
        var verdicts: [(verdict: Verdict, level: Level, note: Bool)]
        var grade: CardGrade
        var testDescription: String { "\(verdicts.map(\.verdict)): \(grade.rawValue)" }
    }

    @Test(arguments: [
        Case(verdicts: [], grade: .none),
        Case(verdicts: [(.notApplicable, .must, false)], grade: .none),
        Case(verdicts: [(.notApplicable, .must, false), (.inconclusive, .must, false)], grade: .undecided),
        Case(verdicts: [(.inconclusive, .must, false), (.pass, .practice, false)], grade: .a),
        Case(verdicts: [(.pass, .practice, true)], grade: .b),
        Case(verdicts: [(.fail, .information, false), (.pass, .must, false)], grade: .b),
        Case(verdicts: [(.fail, .practice, false), (.pass, .must, false)], grade: .c),
        Case(verdicts: [(.fail, .practice, false), (.fail, .should, false)], grade: .d),
        Case(verdicts: [(.fail, .must, false), (.fail, .should, false)], grade: .f),
    ])
    func `the strongest requirement that is broken decides`(_ example: Case) {
        let judgements = example.verdicts.map { verdict, level, note in
            ReportCard.Judgement(
                id: "RA-01", title: "", requirement: "", level: level, sources: [],
                finding: Finding(verdict, expected: "", actual: "", notes: note ? ["so"] : []))
        }
        #expect(CardGrade(judgements) == example.grade)
    }

    @Test func `what is waived does not count`() {
        let finding = Finding(.fail, expected: "", actual: "")
        #expect(CardGrade([ReportCard.Judgement(RuleCatalogue.all[0], finding, waiver: "known")]) == .b)
    }

    @Test func `every rule has its group`() {
        for rule in RuleCatalogue.all { #expect(RuleGroup(rule: rule.id) != nil, "\(rule.id)") }
        let card = ReportCard(
            client: "", suite: "", seed: 1,
            judgements: RuleCatalogue.all.map { .init($0, Finding(.pass, expected: "", actual: "")) })
        #expect(card.groups.flatMap(\.judgements).count == RuleCatalogue.all.count)
    }

    @Test func `no two groups share letters`() {
        let prefixes = RuleGroup.allCases.flatMap(\.prefixes)
        #expect(Set(prefixes).count == prefixes.count)
    }
}
