import Grading
import Testing

@testable import Commands

extension Report {
    /// Text that would be markup, were it not escaped.
    static let hostile = "</script><img src=x onerror=alert(1)>\"'&\u{1b}[31m"

    /// The sample with a picture of each kind, and ``hostile`` wherever text of others may stand.
    static let illustrated: Report = {
        var report = sample
        report.card.client = "sh -c '\(hostile)'"
        report.client = ["--", "sh", "-c", hostile]
        let attempts: [Timeline.Attempt] = [
            .init(at: 0, answer: "429 \(hostile)"), .init(at: 1.412, answer: "429", timing: .early),
            .init(at: 3.5, answer: "429", timing: .prompt), .init(at: 9, answer: "200", timing: .late),
        ]
        let windows: [Timeline.Window] = [
            .init(from: 0.01, until: 2.01), .init(from: 1.43, until: 3.43), .init(from: 3.51, until: 5.51),
        ]
        let rows: [Timeline.Row] = [
            .init(name: "run 1 \(hostile)", attempts: attempts, windows: windows, end: .init(at: 9.1, what: hostile)),
            .init(
                name: "run 2", attempts: [.init(at: 0, answer: "503")], windows: [.init(from: 0, until: 1e20)],
                end: .init(at: 45, what: "it was still running")),
        ]
        let steps = [1.0, 2, 3].map { delay -> LadderPlot.Step in
            LadderPlot.Step(
                number: Int(delay), delays: [delay, delay + 0.1, 0], centre: delay, low: delay - 0.2,
                high: delay + 0.2, remark: hostile, speaksAgainst: delay == 1)
        }
        let ladder = LadderPlot(
            title: hostile, steps: steps, intervalMeaning: hostile, marks: [.init(delay: 0.5, label: hostile)])
        let histogram = Histogram(
            title: hostile, origin: hostile, binWidth: 0.1,
            of: [(hostile, [1, 1.05, 1.4], false), ("steady", [1.2, 1.2], true)])
        report.card.judgements[1].finding.pictures = [
            .timeline(Timeline(title: hostile, rows: rows)), .ladder(ladder), .histogram(histogram),
        ]
        report.card.judgements[1].waiver = hostile
        report.card.judgements[1].finding.actual = hostile
        report.card.judgements[1].finding.evidence[0].text = hostile
        report.card.judgements[2].sources = [Rule.Source("odd", "javascript:alert(1)")]
        report.cutShort = hostile
        report.comparison = Baseline(["ST-01": .fail]).compare(report.card, strict: false)
        return report
    }()
}

@Suite struct HTMLReportTests {
    static let page = HTMLReport.text(.illustrated)

    /// The names and attributes of all tags, in order; a closing tag begins with `/`.
    static func tags(_ page: String) -> [Substring] {
        var tags: [Substring] = []
        var rest = page[...]
        while let open = rest.firstIndex(of: "<") {
            guard let close = rest[open...].firstIndex(of: ">") else { break }
            tags.append(rest[rest.index(after: open)..<close])
            rest = rest[rest.index(after: close)...]
        }
        return tags
    }

    static func values(of attribute: String, in page: String) -> [String] {
        tags(page).flatMap { tag in
            tag.split(separator: " \(attribute)=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
        }
    }

    @Test func `text of others stays text`() {
        let page = Self.page
        let names = Set(Self.tags(page).map { $0.prefix { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "!" } })
        #expect(!names.contains("img") && !names.contains("script"))
        #expect(page.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;\\u{1b}[31m"))
        #expect(!page.contains("\u{1b}"))
        #expect(!Self.tags(page).contains { $0.contains(" onerror") })
        #expect(!Self.values(of: "href", in: page).contains { $0.hasPrefix("javascript") })
    }

    @Test func `every tag is closed, in order`() {
        var open: [Substring] = []
        for tag in Self.tags(Self.page) where !tag.hasPrefix("!") && !tag.hasSuffix("/") {
            let name = tag.prefix { $0 != " " && $0 != "\n" }
            if ["meta", "link"].contains(name) { continue }
            if name.hasPrefix("/") {
                let last = open.popLast()
                #expect(last == name.dropFirst())
            } else {
                open.append(name)
            }
        }
        #expect(open.isEmpty)
    }

    @Test func `asks nobody for anything`() {
        let page = Self.page
        #expect(page.contains("http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; "))
        #expect(Self.values(of: "src", in: page).isEmpty)
        #expect(!page.contains("url(") && !page.contains("@import"))
        // Links lead away only where a reader follows them; a script is not needed for anything.
        for tag in Self.tags(page) where tag.contains(" href=\"http") { #expect(tag.hasPrefix("a ")) }
        #expect(Self.values(of: "style", in: page).isEmpty, "the policy forbids style attributes")
    }

    @Test func `every anchor is there, once`() {
        let anchors = Self.values(of: "id", in: Self.page)
        #expect(Set(anchors).count == anchors.count)
        for link in Self.values(of: "href", in: Self.page) where link.hasPrefix("#") {
            #expect(anchors.contains(String(link.dropFirst())), "\(link)")
        }
        for label in Self.values(of: "aria-labelledby", in: Self.page) { #expect(anchors.contains(label)) }
    }

    @Test func `headings go down one step at a time`() {
        let levels = Self.tags(Self.page).compactMap { tag -> Int? in
            guard tag.hasPrefix("h"), let level = tag.dropFirst().first?.wholeNumberValue else { return nil }
            return level
        }
        #expect(levels.first == 1)
        #expect(levels.count { $0 == 1 } == 1)
        for (above, below) in zip(levels, levels.dropFirst()) { #expect(below <= above + 1) }
    }

    @Test func `every picture says in words what it shows`() {
        let pictures = Self.page.split(separator: "<svg").dropFirst()
        for picture in pictures {
            let tag = picture.prefix { $0 != ">" }
            let isNamed = tag.contains("role=\"img\"") && picture.contains("<title>") && picture.contains("<desc>")
            #expect(isNamed || tag.contains("aria-hidden=\"true\"") || tag.contains("overflow=\"visible\""))
        }
        #expect(Self.page.contains("attempt 2 at 1.41 s, answered 429, 598 ms early"))
        #expect(Self.page.contains("4 attempts") || Self.page.contains("598 ms early"))
    }

    @Test func `early and late have shapes and words of their own`() {
        #expect(Self.page.contains("<svg class=\"mark early\""))
        #expect(Self.page.contains("<svg class=\"mark late\""))
        #expect(Self.page.contains("598 ms early</span>"))
        #expect(Self.page.contains("3.49 s late</span>"))
    }

    @Test func `what fails is open, what passes is folded`() {
        let articles = Self.page.split(separator: "<article class=\"rule ").dropFirst()
        #expect(articles.count == 4)
        for article in articles {
            #expect(article.contains("<details open>") == article.hasPrefix("fail"))
            #expect(article.contains("<code>retrograde grade --only "))
        }
    }
}

@Suite struct MarkupTests {
    @Test func `interpolation escapes text and keeps markup`() {
        let inner: Markup = "<b>\("a<b")</b>"
        let nothing: Markup? = nil
        let markup: Markup = "<p title=\"\("\"x\"")\">\(inner) & \(3)\(nothing)</p>"
        #expect(markup.text == "<p title=\"&quot;x&quot;\"><b>a&lt;b</b> & 3</p>")
    }
}

@Suite struct DrawingTests {
    @Test(arguments: [
        (0.0042, "4.2 ms"), (0.588, "588 ms"), (0.9999, "1.00 s"), (1.412, "1.41 s"), (59.94, "59.9 s"),
        (605, "10 min"),
        (86_399, "24 h"), (864_000, "10 days"), (1e20, "more than 1,000 years"),
    ])
    func `times are written as a reader says them`(seconds: Double, text: String) {
        #expect(SVG.seconds(seconds) == text)
    }

    @Test(arguments: [(0.0, 1.0), (0, 45), (0, 0.013), (0.9, 1.3), (0, 86_400), (0, 0)])
    func `ticks are round, few and inside`(start: Double, end: Double) {
        let axis = TimeAxis(from: start, to: end)
        #expect((1...6).contains(axis.ticks.count))
        for tick in axis.ticks { #expect((-1e-9...1 + 1e-9).contains(axis.share(tick))) }
    }

    @Test(arguments: [(0.0009, 0.001), (0.013, 0.02), (1, 1), (2.1, 5), (7, 10)])
    func `steps are 1, 2 or 5`(least: Double, step: Double) {
        #expect(abs(TimeAxis.roundStep(atLeast: least) - step) < 1e-9)
    }
}

@Suite struct HTMLMatrixTests {
    static let page: String = {
        let report = Report.illustrated
        let columns = report.card.judgements.compactMap { RuleCatalogue.rule($0.id).map(Matrix.Column.init) }
        let rows = [
            Matrix.Row(client: Report.hostile, file: "a.yaml", outcome: .judged(report.card, seconds: 52)),
            Matrix.Row(client: "second", file: "b.yaml", outcome: .judged(report.card, seconds: 40)),
            Matrix.Row(client: "third", file: "c.yaml", outcome: .notRun(reason: Report.hostile)),
        ]
        return HTMLMatrix.text(
            MatrixReport(
                matrix: Matrix(suite: "standard", seed: 7, columns: columns, rows: rows, seconds: 92),
                reports: ["a.yaml": report, "b.yaml": report]))
    }()

    @Test func `every cell leads to a client's own verdict, and every anchor is there once`() {
        let anchors = HTMLReportTests.values(of: "id", in: Self.page)
        #expect(Set(anchors).count == anchors.count)
        let links = HTMLReportTests.values(of: "href", in: Self.page).filter { $0.hasPrefix("#") }
        for link in links { #expect(anchors.contains(String(link.dropFirst())), "\(link)") }
        for number in 1...2 {
            for id in ["ST-01", "RA-01", "HD-01", "ID-01"] { #expect(links.contains("#client-\(number)-\(id)")) }
        }
    }

    @Test func `names its table, its rows and its columns, and says what was not run`() {
        #expect(Self.page.contains("<caption>"))
        #expect(Self.page.contains("scope=\"col\"") && Self.page.contains("scope=\"row\""))
        #expect(Self.page.contains("<strong>third</strong>"))
        #expect(!Self.page.contains("<img"))
    }
}
