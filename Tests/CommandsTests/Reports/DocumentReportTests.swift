import FoundationEssentials
import Grading
import Testing

@testable import Commands

/// What programs rely on: the keys that PRODUCT promises.
private struct Document: Decodable {
    struct Entry: Decodable {
        var id: String
        var verdict: String
        var level: String
        var expected: String
        var actual: String
        var evidence: [Line]
        var command: String
    }
    struct Line: Decodable {
        var text: String
        var asked: Double?
        var waited: Double?
        var against: Bool
    }
    var client: String
    var suite: String
    var seed: UInt64
    var verdicts: [Entry]
    var summary: [String: Int]
}

@Suite struct JSONReportTests {
    @Test func `has the keys that are promised`() throws {
        let text = try JSONReport.text(.sample)
        let document = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
        #expect(document.client == "curl -sSf --retry 4 {url}")
        #expect(document.suite == "standard")
        #expect(document.seed == 7)
        #expect(document.verdicts.map(\.id) == ["ST-01", "RA-01", "HD-01", "ID-01"])
        #expect(document.verdicts.map(\.verdict) == ["pass", "fail", "inconclusive", "not-applicable"])
        #expect(document.summary == ["pass": 1, "fail": 1, "inconclusive": 1, "not-applicable": 1])
        let early = document.verdicts[1].evidence[1]
        #expect(early.asked == 2 && early.waited == 1.412 && early.against)
        #expect(
            document.verdicts[1].command
                == "retrograde grade --only RA-01 --dialect openai -- curl -sSf --retry 4 {url}")
    }
}

@Suite struct JUnitReportTests {
    @Test func `is a suite with a case for each rule`() {
        #expect(
            JUnitReport.text(.sample) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="retrograde" tests="4" failures="1" errors="0" time="52.130">
                  <testsuite name="retrograde grade: curl -sSf --retry 4 {url}" tests="4" failures="1" errors="0" time="52.130" skipped="2">
                    <properties>
                      <property name="suite" value="standard"/>
                      <property name="seed" value="7"/>
                    </properties>
                    <testcase classname="retrograde.ST" name="ST-01 retries what is worth retrying" file="fixtures/suites/status-once.yaml" line="2" time="2.240">
                      <system-out>503 and 429 are tried again</system-out>
                    </testcase>
                    <testcase classname="retrograde.RA" name="RA-01 waits for Retry-After seconds" file="fixtures/suites/refused-once.yaml" line="2" time="7.250">
                      <failure type="should" message="2 of 6 waits were cut short, by 588 ms at most">required: After a response with Retry-After in seconds the client does not come back earlier.
                level: should
                source: RFC 9110, section 10.2.3 &lt;https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3&gt;
                source: GitHub REST API: best practices &lt;https://docs.github.com/rest&gt;
                expected: no request before the announced wait is over
                actual: 2 of 6 waits were cut short, by 588 ms at most
                  · run 1: asked 2.000 s, waited 2.004 s, 4 ms later
                  ✗ run 2: asked 2.000 s, waited 1.412 s, 588 ms early
                note: it read "2" &amp; &lt;said&gt; | `so`\\u{7}
                again: retrograde grade --only RA-01 --dialect openai -- curl -sSf --retry 4 {url}</failure>
                    </testcase>
                    <testcase classname="retrograde.HD" name="HD-01 workers that failed together come back apart" file="fixtures/suites/herd.yaml" line="3" time="30.500">
                      <skipped message="inconclusive: this machine spreads even a client without jitter: its index is 0.61, and what the client adds cannot be told from it"/>
                    </testcase>
                    <testcase classname="retrograde.ID" name="ID-01 no silent replay of a POST" file="fixtures/suites/post-broken.yaml" line="2" time="0.010">
                      <skipped message="not applicable: no command for this: add --post 'CMD … {url}', a command that sends one POST"/>
                    </testcase>
                  </testsuite>
                </testsuites>

                """)
    }

    @Test func `counts notes and doubt as failures where it is strict`() {
        var report = Report.sample
        report.strict = true
        #expect(
            JUnitReport.text(report).contains("tests=\"4\" failures=\"2\" errors=\"0\" time=\"52.130\" skipped=\"1\""))
    }

    @Test func `never fails for what is information`() {
        var report = Report.sample
        report.card.judgements[1].level = .information
        #expect(JUnitReport.text(report).contains("failures=\"0\" errors=\"0\" time=\"52.130\" skipped=\"2\""))
    }

    @Test(arguments: [
        ("a<b>&\"c\"", "a&lt;b&gt;&amp;&quot;c&quot;"), ("\u{0}\u{1b}[1m", "\\u{0}\\u{1b}[1m"),
        ("a\nb\tc", "a&#10;b&#9;c"), ("\u{fffe}\u{ffff}", "\\u{fffe}\\u{ffff}"), ("größer ✓ 🙂", "größer ✓ 🙂"),
    ])
    func `escapes what XML cannot hold`(text: String, escaped: String) {
        #expect(JUnitReport.escape(text) == escaped)
    }
}

@Suite struct MarkdownReportTests {
    @Test func `is a table with a fold for what did not pass`() {
        #expect(
            MarkdownReport.text(.sample) == """
                ## Retrograde: `curl -sSf --retry 4 {url}`

                **4 rules: 1 passed, 1 failed, 1 inconclusive, 1 not applicable** · suite standard · seed 7 · 52.1 s · noise floor 3.1 ms

                | | rule | requirement | level | verdict | what happened |
                |---|---|---|---|---|---|
                | ✅ | ST-01 | retries what is worth retrying | practice | pass | 503 and 429 are tried again |
                | ❌ | RA-01 | waits for Retry-After seconds | should | fail | 2 of 6 waits were cut short, by 588 ms at most |
                | ❔ | HD-01 | workers that failed together come back apart | practice | inconclusive | this machine spreads even a client without jitter: its index is 0.61, and what the client adds cannot be told from it |
                | ➖ | ID-01 | no silent replay of a POST | should | not applicable | no command for this: add --post 'CMD … {url}', a command that sends one POST |

                <details><summary>RA-01 waits for Retry-After seconds: fail</summary>

                - required: After a response with Retry-After in seconds the client does not come back earlier.
                - source: [RFC 9110, section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)
                - source: [GitHub REST API: best practices](https://docs.github.com/rest)
                - expected: no request before the announced wait is over
                - actual: 2 of 6 waits were cut short, by 588 ms at most
                - note: it read "2" &amp; &lt;said&gt; \\| \\`so\\`\\\\u{7}

                ```text
                · run 1: asked 2.000 s, waited 2.004 s, 4 ms later
                ✗ run 2: asked 2.000 s, waited 1.412 s, 588 ms early
                ```

                ```sh
                retrograde grade --only RA-01 --dialect openai -- curl -sSf --retry 4 {url}
                ```

                </details>

                <details><summary>HD-01 workers that failed together come back apart: inconclusive</summary>

                - required: The retries of a herd do not coincide.
                - expected: less than 0.36 of all pairs within 5 % of the delay
                - actual: this machine spreads even a client without jitter: its index is 0.61, and what the client adds cannot be told from it

                ```sh
                retrograde grade --only HD-01 --dialect openai -- curl -sSf --retry 4 {url}
                ```

                </details>

                """)
    }

    @Test func `lets nothing of the client become markup`() {
        var report = Report.sample
        report.card.client = "sh -c '`x` | <b> ```'"
        report.card.judgements[0].finding.actual = "a|b <script> *c* [d](e)"
        let text = MarkdownReport.text(report)
        #expect(text.contains("## Retrograde: ```` sh -c '`x` | <b> ```' ````"))
        #expect(text.contains("a\\|b &lt;script&gt; \\*c\\* \\[d\\](e)"))
    }
}
