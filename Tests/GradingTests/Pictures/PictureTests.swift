import Grading
import HTTPSemantics
import Journal
import Testing

/// What rules give to look at.
@Suite struct PictureTests {
    func timelines(_ finding: Finding) -> [Timeline] {
        finding.pictures.compactMap { if case .timeline(let timeline) = $0 { timeline } else { nil } }
    }

    func ladders(_ finding: Finding) -> [LadderPlot] {
        finding.pictures.compactMap { if case .ladder(let plot) = $0 { plot } else { nil } }
    }

    @Test func `a timeline has a row a run, the wait that was asked for, and what came before it was over`() throws {
        let client = SimulatedClient.exponential("early") { failure in
            SimulatedClient.understood(failure).map { $0 - 0.5 }
        }
        let finding = try judged(client, "RA-01")
        let timeline = try #require(timelines(finding).first)
        #expect(timeline.rows.count == 6)
        for row in timeline.rows {
            try #require(row.windows.count == 1 && row.attempts.count == 2)
            #expect(abs(row.windows[0].until - row.windows[0].from - 2) <= 1)
            #expect(row.attempts[0].at == 0)
            #expect(row.attempts.map(\.timing) == [.free, .early])
            #expect(row.attempts[1].answer == "200")
        }
    }

    @Test(arguments: [
        (0.0, Timeline.Timing.prompt), (-0.02, .prompt), (-0.03, .early), (1.2, .prompt), (1.5, .late),
    ])
    func `early, prompt and late are told apart`(offset: Double, timing: Timeline.Timing) throws {
        let client = SimulatedClient.exponential("shifted") { failure in
            SimulatedClient.understood(failure).map { $0 + offset }
        }
        let timeline = try #require(timelines(try judged(client, "RA-01")).first)
        #expect(timeline.rows.allSatisfy { $0.attempts[1].timing == timing })
    }

    @Test func `a wait beyond 64 bits has its window all the same`() throws {
        let finding = try judged(.exponential("waits"), "MV-03", thoroughness: .full)
        let timeline = try #require(timelines(finding).first)
        #expect(timeline.rows.map { $0.windows.first.map { $0.until > 60 } } == [true, true, true, true])
    }

    @Test func `a date is a window too`() throws {
        let timeline = try #require(timelines(try judged(.exponential("dates"), "RD-01")).first)
        #expect(timeline.rows.count == 6)
        #expect(timeline.rows.allSatisfy { $0.windows.count == 1 && $0.attempts[1].timing == .prompt })
    }

    @Test func `a ladder has a step a retry, with the delays and the limits of their mean`() throws {
        let plot = try #require(ladders(try judged(.exponential("full", jitter: .full), "BO-02")).first)
        #expect(plot.steps.map(\.number) == [1, 2, 3, 4])
        for step in plot.steps {
            #expect(step.delays.count >= 10)
            #expect(step.low < step.centre && step.centre < step.high)
        }
    }

    @Test func `a delay without jitter speaks against the client in the plot`() throws {
        let plot = try #require(ladders(try judged(.exponential("fixed"), "JT-01")).first)
        #expect(plot.steps.allSatisfy { $0.speaksAgainst && $0.remark == "fixed" })
    }

    @Test func `a herd is one high bar, beside a client without jitter`() throws {
        let finding = try judged(.exponential("herd"), "HD-01")
        guard case .histogram(let histogram)? = finding.pictures.first else {
            Issue.record("no histogram")
            return
        }
        #expect(histogram.series.map(\.isReference) == [false, true])
        let counts = histogram.series[0].counts
        #expect(counts.reduce(0, +) == 20)
        #expect(counts.count { $0 > 0 } <= 2)
    }

    @Test func `bins hold every time, in as many bins as are allowed`() {
        let times = [-0.3, 0, 0.004, 1.999, 2, 30]
        let histogram = Histogram(
            title: "", origin: "", binWidth: 0.01, most: 50, of: [("all", times, false), ("none", [], true)])
        #expect(histogram.series[0].counts.reduce(0, +) == times.count)
        #expect(histogram.series.map(\.counts.count).max()! <= 50)
        #expect(histogram.start <= -0.3 && histogram.start > -0.3 - histogram.binWidth)
        let end = histogram.start + histogram.binWidth * Double(histogram.series[0].counts.count)
        #expect(end > 30)
    }

    @Test func `what was not observed is not drawn`() throws {
        let finding = try judged(SimulatedClient(name: "single") { _, _ in nil }, "RA-01")
        #expect(finding.pictures.isEmpty)
        #expect(
            Finding(.pass, expected: "", actual: "").showing(.timeline(Timeline(title: "", rows: []))).pictures == [])
    }

    /// A verdict on runs can be looked at, whatever it is.
    @Test func `every rule has something to look at`() throws {
        for client in [StandardSuiteTests.model, StandardSuiteTests.urllib3] {
            var grader = SimulatedGrader(profiles: Set(Profile.allCases), thoroughness: .full)
            for (id, finding) in grader.grade(client, RuleCatalogue.all) where finding.verdict != .notApplicable {
                #expect(!finding.pictures.isEmpty, "\(client.name): \(id) \(finding.verdict): \(finding.actual)")
            }
        }
    }
}
