internal import Grading

/// The catalogue as pages of the documentation, a page a rule and one that lists them: made from the rules themselves,
/// so that they cannot say anything else.
enum RulePages {
    /// The pages by the names of their files.
    static func pages(_ rules: [Rule]) -> [(name: String, text: String)] {
        [("Rules.md", index(rules))] + rules.map { ("\($0.id).md", page($0)) }
    }

    private static func index(_ rules: [Rule]) -> String {
        var text = """
            # Rules

            What the judge asks of a client, group by group.

            ## Overview

            Each rule says what it requires, on which source that rests, how it is judged and how often it errs. The same
            words are printed by `retrograde rules` and stand in every report. What the levels mean is told in
            <doc:Verdicts>.

            ## Topics

            """
        for group in RuleGroup.allCases {
            let members = rules.filter { RuleGroup(rule: $0.id) == group }
            guard !members.isEmpty else { continue }
            text += "\n### \(group.name)\n\n" + members.map { "- <doc:\($0.id)>\n" }.joined()
        }
        return text
    }

    private static func page(_ rule: Rule) -> String {
        let recorded = rule.observe == nil ? "needs runs of its own" : "judged on recorded journals too"
        var text = """
            # \(rule.id): the client \(plain(rule.title))

            \(paragraph(rule.requirement))

            ## Overview

            - **Level**: \(rule.level.rawValue), \(rule.level.meaning)
            - **Profile**: \(rule.profile.rawValue), \(Rules.meaning(rule.profile))
            - **Suites**: \(Rules.suites(rule).joined(separator: ", "))
            - **Evidence**: \(recorded)
            - **Scenarios**: \(rule.scenarios.map { "`fixtures/suites/\($0).yaml`" }.joined(separator: ", "))

            To judge only this rule:

            ```sh
            retrograde grade --only \(rule.id) \(command(rule.profile))
            ```

            ## How it is judged

            \(paragraph(rule.procedure))

            ## Tolerances

            \(paragraph(rule.tolerances))

            ## How often it errs

            \(paragraph(rule.errorRates))

            """
        if !rule.settings.isEmpty {
            text += "\n## Settings\n\nIn an `expect:` of a fixture and in client files.\n\n"
            for (name, meaning) in rule.settings.sorted(by: { $0.key < $1.key }) {
                text += "- `\(name)`: \(plain(meaning))\n"
            }
        }
        text += "\n## Sources\n\n" + rule.sources.map { "- [\(plain($0.title))](\($0.url))\n" }.joined()
        return text
    }

    /// What a reader puts a command of their own in the place of.
    private static func command(_ profile: Profile) -> String {
        switch profile {
        case .get, .workers: "-- curl -sSf --retry 4 {url}"
        case .post: "--post 'curl -sSf --retry 4 --data-binary @{body} {url}'"
        case .many: "-- ./many-calls {url} {requests} {concurrency}"
        case .deadline: "-- curl -sSf --retry 4 --retry-max-time {deadline} {url}"
        }
    }

    /// Lines of at most 120 columns in which nothing is markup.
    private static func paragraph(_ text: String) -> String {
        TextLayout.wrap(plain(text).split(whereSeparator: \.isNewline).joined(separator: " "), width: 120)
            .joined(separator: "\n")
    }

    private static func plain(_ text: String) -> String {
        var result = ""
        for character in text {
            if "\\`*_[]<>#|~".contains(character) { result += "\\" }
            result.append(character)
        }
        return result
    }
}
