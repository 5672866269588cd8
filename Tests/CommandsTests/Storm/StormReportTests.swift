import HTTPSemantics
import TestSupport
import Testing

@testable import Commands

@Suite struct StormReportTests {
    static let sample = StormReport.sample

    @Test func `the table is aligned and says all it knows`() throws {
        let text = StormTable(colour: false, columns: 100).text(.sample)
        try expectSnapshot(text, at: "Tests/CommandsTests/Snapshots/storm.txt")
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func `a hundred of a hundred is the only hundred per cent`() {
        #expect(StormText.percent(100, of: 100) == "100 %")
        #expect(StormText.percent(9_999, of: 10_000) == "99.9 %")
        #expect(StormText.percent(1, of: 100_000) == "0.1 %")
        #expect(StormText.percent(0, of: 7) == "0 %")
        #expect(StormText.percent(0.944) == "94.4 %")
        #expect(StormText.count(1_234_567) == "1,234,567")
        #expect(StormText.count(12) == "12")
        #expect(StormText.price(0.0345) == "$0.0345")
        #expect(StormText.price(2) == "$2.00")
    }

    @Test func `every claim is met or explained`() {
        let claims = StormClaim.all(.sample)
        #expect(claims.map(\.isMet) == [true, true, true, true, nil])
        #expect(claims.allSatisfy { !$0.explanation.isEmpty && $0.explanation.hasSuffix(".") })
    }

    @Test func `a claim that is not met says so`() {
        var report = StormReport.sample
        report.blocks[1].rows[4].succeeded = 90
        report.blocks[1].rows[4].calls = 140
        report.blocks[1].rows[4].cost = 140 * report.settings.price
        #expect(StormClaim.all(report).prefix(3).map(\.isMet) == [false, false, false])
    }

    @Test func `no number of calls proves more than it does`() {
        // (1 - 0.05^(1/300)): the rule of three.
        #expect(abs(StormClaim.leastRate(successes: 300) - 0.99006) < 0.0001)
        #expect(abs(StormClaim.leastRate(successes: 1) - 0.05) < 0.0001)
    }

    @Test func `the drawing is whole and asks for nothing`() {
        let text = StormFigure(.sample).text
        #expect(text.hasPrefix("<svg xmlns=") && text.hasSuffix("</svg>\n"))
        #expect(text.contains("prefers-color-scheme: dark"))
        #expect(!text.contains("href") && !text.contains("url(") && !text.contains("<script"))
        #expect(text.matches(of: /<rect class="useful"/).count == 14, "nothing useful came of no retry in the outage")
        #expect(text.matches(of: /<text/).count == text.matches(of: /<\/text>/).count)
    }

    @Test func `a client's name is no markup`() {
        var report = StormReport.sample
        report.clients[4] = .command(["<script>", "&\u{1b}"])
        #expect(!StormFigure(report).text.contains("<script>"))
        #expect(!StormTable(colour: false, columns: nil).text(report).contains("\u{1b}"))
    }

    @Test func `the JSON names every client in every scenario`() throws {
        let text = try StormJSON.text(.sample)
        #expect(text.matches(of: /"client" :/).count == 20)
        #expect(text.matches(of: /"eliminated" :/).count == 3)
        #expect(text.contains("\"met\" : true"))
    }
}

extension StormReport {
    /// What an experiment could have found.
    static var sample: StormReport {
        func row(
            _ succeeded: Int, _ calls: Int, _ mean: Double, _ latency: Double, _ seconds: Double, _ reason: String = ""
        ) -> StormFigures {
            var figures = StormFigures(StormRun(calls: [], exchanges: []), price: 0)
            (figures.requested, figures.succeeded, figures.calls) = (100, succeeded, calls)
            figures.wasted = calls - succeeded
            figures.cost = Double(calls) * 0.0345
            (figures.meanLatency, figures.latency99, figures.seconds) = (mean, latency, seconds)
            if !reason.isEmpty { figures.failures = [.init(reason: reason, count: 100 - succeeded)] }
            return figures
        }
        var report = StormReport(
            StormSettings(), clients: StormClient.builtIn, runs: [], herds: [], seconds: 61.2)
        let refused = "answered 429 Too Many Requests"
        let down = "answered 503 Service Unavailable"
        let rows: [StormScenario: [StormFigures]] = [
            .refusals: [
                row(97, 100, 0.021, 0.023, 0.22, refused), row(100, 103, 0.052, 1.04, 1.07),
                row(100, 103, 0.052, 1.04, 1.06), row(100, 103, 0.024, 0.04, 0.26), row(100, 103, 0.08, 1.9, 1.98),
            ],
            .quota: [
                row(15, 100, 0.004, 0.023, 0.05, refused), row(100, 170, 1.2, 2.1, 12.1), row(99, 210, 1.4, 7.1, 15.9),
                row(100, 402, 1.3, 2.9, 13.1), row(100, 100, 1.22, 2.02, 12.06),
            ],
            .outage: [
                row(0, 100, 0.001, 0.002, 0.01, down), row(90, 140, 0.4, 4.02, 4.21, down),
                row(100, 130, 0.72, 7.04, 7.2), row(100, 175, 0.6, 5.4, 5.7), row(100, 114, 0.55, 5.3, 5.61),
            ],
        ]
        report.blocks = StormScenario.allCases.map { scenario in
            Block(
                scenario: scenario, optimum: scenario.optimum(report.settings), rows: rows[scenario] ?? [],
                stalled: .zero)
        }
        let indices: [[Double?]] = [[nil, nil, nil], [1, 1, 1], [1, 1, 0.98], [1, 1, 1], [0.1, 0.04, 0.02]]
        report.herd.indices = indices.map { rounds in
            var index = HerdIndex(meanOf: [])
            index.rounds = rounds
            return index
        }
        return report
    }
}
