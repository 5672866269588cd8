import Grading
import Testing

@Suite struct ReportCardTests {
    func judgement(_ id: String, _ verdict: Verdict, notes: [String] = []) -> ReportCard.Judgement {
        ReportCard.Judgement(.named(id), Finding(verdict, expected: "e", actual: "a", notes: notes))
    }

    func report(_ judgements: ReportCard.Judgement...) -> ReportCard {
        ReportCard(client: "curl", suite: "standard", seed: 1, judgements: judgements)
    }

    @Test func `a fail above information makes it red`() {
        #expect(report(judgement("RA-01", .fail)).isFailure(strict: false))
        #expect(!report(judgement("ST-01", .fail)).isFailure(strict: false))
        #expect(report(judgement("ST-01", .fail)).isFailure(strict: true))
        #expect(!report(judgement("RA-01", .notApplicable)).isFailure(strict: true))
    }

    @Test func `notes and doubt are red only strictly`() {
        let noted = report(judgement("RD-01", .pass, notes: ["whole seconds"]), judgement("JT-01", .inconclusive))
        #expect(!noted.isFailure(strict: false))
        #expect(noted.judgements.allSatisfy { $0.isFailure(strict: true) })
    }

    @Test func `the summary has every verdict`() {
        let report = report(judgement("RA-01", .fail), judgement("RD-01", .pass), judgement("BO-01", .pass))
        #expect(report.summary == [.pass: 2, .fail: 1, .inconclusive: 0, .notApplicable: 0])
        #expect(!report.isUndecided)
        #expect(self.report(judgement("JT-01", .inconclusive)).isUndecided)
    }

    @Test func `a baseline is a line a verdict, and all that is wrong with it is said`() {
        let (baseline, problems) = Baseline.parse(
            "# known\nJT-01: fail\r\n\nHD-01: fail # curl has no jitter\nXX-01: fail\nRA-01 fail\nBO-01: bad\nJT-01: fail\n"
        )
        #expect(baseline == Baseline(["JT-01": .fail, "HD-01": .fail]))
        #expect(problems.map(\.line) == [5, 6, 7, 8])
        #expect(problems[0].message.contains("XX-01"))
        #expect(problems[2].message.contains("pass, fail, inconclusive, not-applicable"))
    }

    @Test func `known failures are green, new ones and fixed ones are red`() {
        let baseline = Baseline(["JT-01": .fail, "HD-01": .fail])
        func compare(_ jitter: Verdict, _ herd: Verdict, _ wait: Verdict, strict: Bool = false) -> Baseline.Comparison {
            baseline.compare(
                report(judgement("JT-01", jitter), judgement("HD-01", herd), judgement("RA-01", wait)), strict: strict)
        }
        #expect(!compare(.fail, .fail, .pass).isRed)
        #expect(compare(.fail, .fail, .fail).unexpected == ["RA-01"])
        #expect(compare(.pass, .fail, .pass).stale == ["JT-01"])
        #expect(!compare(.inconclusive, .fail, .pass).isRed)
        #expect(compare(.inconclusive, .fail, .pass, strict: true).unexpected == ["JT-01"])
    }

    @Test func `rules that were not run are not stale`() {
        let baseline = Baseline(["JT-01": .fail])
        #expect(!baseline.compare(report(judgement("RA-01", .pass)), strict: false).isRed)
    }
}
