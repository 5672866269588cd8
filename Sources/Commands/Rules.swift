internal import ArgumentParser
internal import FoundationEssentials
internal import Grading

/// `retrograde rules [ID]`
struct Rules: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "List the rules, or say all about one: its sources, how it is judged, how often that errs.",
        discussion: """
            Examples:
              retrograde rules
              retrograde rules RA-01
              retrograde rules --json
              retrograde rules --pages Documentation.docc/Rules
            """)

    @Argument(help: "The id of a rule, such as RA-01.")
    var id: String?

    @Flag(help: "As JSON.")
    var json = false

    @Option(help: "Write a page of the documentation for each rule, and one that lists them, to this folder.")
    var pages: String?

    func run(in context: Context) async throws -> ExitStatus {
        if let pages {
            for (name, text) in RulePages.pages(RuleCatalogue.all) {
                try TextFile.write(Array(text.utf8), to: "\(pages)/\(name)")
            }
        } else if let id {
            guard let rule = RuleCatalogue.rule(id) else {
                let known = RuleCatalogue.all.map(\.id).joined(separator: ", ")
                throw Failure(message: "no rule is called \"\(id)\"; there are \(known)", code: .usage)
            }
            context.output.write(json ? try Self.text(of: Entry(rule)) : Self.page(rule))
        } else {
            context.output.write(
                json ? try Self.text(of: RuleCatalogue.all.map(Entry.init)) : Self.table(RuleCatalogue.all))
        }
        return .good
    }

    /// A line a rule, aligned.
    static func table(_ rules: [Rule]) -> String {
        let rows = rules.map { rule in
            [rule.id, rule.level.rawValue, rule.profile.rawValue, suites(rule).joined(separator: " "), rule.title]
        }
        let heads = ["rule", "level", "profile", "suites", "the client …"]
        let widths = heads.indices.map { column in ([heads] + rows).map { $0[column].count }.max() ?? 0 }
        return ([heads] + rows).map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            var line = cells.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    /// All about one rule, in lines of at most 80 characters.
    static func page(_ rule: Rule) -> String {
        var text = "\(rule.id)  \(rule.title)\n\n"
        text += wrapped(rule.requirement) + "\n\n"
        text += "level      \(rule.level.rawValue): \(rule.level.meaning)\n"
        text += "profile    \(rule.profile.rawValue): \(meaning(rule.profile))\n"
        text += "suites     \(suites(rule).joined(separator: ", "))\n"
        text += "scenarios  \(rule.scenarios.joined(separator: ", "))\n"
        text += "recorded   \(rule.observe == nil ? "needs runs of its own" : "also judged on a recorded journal")\n"
        text += "\nHow it is judged\n\(wrapped(rule.procedure, indent: 2))\n"
        text += "\nTolerances\n\(wrapped(rule.tolerances, indent: 2))\n"
        text += "\nHow often it errs\n\(wrapped(rule.errorRates, indent: 2))\n"
        if !rule.settings.isEmpty {
            text += "\nSettings\n"
            for (name, description) in rule.settings.sorted(by: { $0.key < $1.key }) {
                text += wrapped("\(name): \(description)", indent: 2) + "\n"
            }
        }
        text += "\nSources\n"
        for source in rule.sources { text += "  \(source.title)\n    \(source.url)\n" }
        return text
    }

    static func suites(_ rule: Rule) -> [String] {
        Suite.all.filter { $0.rules.contains(rule.id) }.map(\.name)
    }

    static func meaning(_ profile: Profile) -> String {
        switch profile {
        case .get: "one GET, then exit"
        case .post: "one POST with a 64 KiB body"
        case .many: "many GETs from one process"
        case .workers: "many copies of the client started together"
        case .deadline: "one GET that must give up in time"
        }
    }

    private static func wrapped(_ text: String, indent: Int = 0, width: Int = 80) -> String {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            if !line.isEmpty, indent + line.count + 1 + word.count > width {
                lines.append(margin + line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty { lines.append(margin + line) }
        return lines.joined(separator: "\n")
    }

    private static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }

    /// A rule as JSON; keys are added, never renamed.
    private struct Entry: Encodable {
        struct Source: Encodable {
            var title, url: String
        }

        var id, title, requirement, level, profile, procedure, tolerances, errorRates: String
        var suites, scenarios: [String]
        var sources: [Source]
        var settings: [String: String]
        var judgesJournals: Bool

        init(_ rule: Rule) {
            (id, title, requirement) = (rule.id, rule.title, rule.requirement)
            (level, profile) = (rule.level.rawValue, rule.profile.rawValue)
            (procedure, tolerances, errorRates) = (rule.procedure, rule.tolerances, rule.errorRates)
            suites = Rules.suites(rule)
            scenarios = rule.scenarios
            sources = rule.sources.map { Source(title: $0.title, url: $0.url) }
            settings = rule.settings
            judgesJournals = rule.observe != nil
        }
    }
}
