import Grading

@testable import Commands

extension Report {
    /// One of each verdict, with all that a writer has to escape.
    static let sample = Report(
        card: ReportCard(
            client: "curl -sSf --retry 4 {url}", suite: "standard", seed: 7, noiseFloor: 0.0031,
            judgements: [
                ReportCard.Judgement(
                    id: "ST-01", title: "retries what is worth retrying",
                    requirement: "The client tries again after 503.", level: .practice,
                    sources: [
                        Rule.Source("RFC 9110, section 15.6.4", "https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4")
                    ],
                    finding: Finding(.pass, expected: "a second request", actual: "503 and 429 are tried again"),
                    seconds: 2.25),
                ReportCard.Judgement(
                    id: "RA-01", title: "waits for Retry-After seconds",
                    requirement: "After a response with Retry-After in seconds the client does not come back earlier.",
                    level: .should,
                    sources: [
                        Rule.Source(
                            "RFC 9110, section 10.2.3", "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3"),
                        Rule.Source("GitHub REST API: best practices", "https://docs.github.com/rest"),
                    ],
                    finding: Finding(
                        .fail, expected: "no request before the announced wait is over",
                        actual: "2 of 6 waits were cut short, by 588 ms at most",
                        evidence: [
                            EvidenceLine("run 1: asked 2.000 s, waited 2.004 s, 4 ms later", asked: 2, waited: 2.004),
                            EvidenceLine(
                                "run 2: asked 2.000 s, waited 1.412 s, 588 ms early", asked: 2, waited: 1.412,
                                speaksAgainst: true),
                        ],
                        notes: ["it read \"2\" & <said> | `so`\u{7}"], classification: "ignores the field"),
                    seconds: 9.5),
                ReportCard.Judgement(
                    id: "HD-01", title: "workers that failed together come back apart",
                    requirement: "The retries of a herd do not coincide.", level: .practice, sources: [],
                    finding: Finding(
                        .inconclusive, expected: "less than 0.36 of all pairs within 5 % of the delay",
                        actual: "this machine spreads even a client without jitter: its index is 0.61, and what the "
                            + "client adds cannot be told from it"),
                    seconds: 40),
                ReportCard.Judgement(
                    id: "ID-01", title: "no silent replay of a POST", requirement: "A POST is sent once.",
                    level: .should, sources: [],
                    finding: Finding(
                        .notApplicable, expected: "one request",
                        actual: "no command for this: add --post 'CMD … {url}', a command that sends one POST"),
                    seconds: 0.01),
            ]),
        elapsed: 52.13, options: ["--dialect", "openai"], client: ["--", "curl", "-sSf", "--retry", "4", "{url}"])
}
