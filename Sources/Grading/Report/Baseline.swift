/// The verdicts that are known and accepted: a line `RA-01: fail` each.
///
/// A gate with a baseline is red where a verdict is worse than the one listed, and where one is better and still
/// listed: a fixed failure that stays on the list would hide its return.
public struct Baseline: Hashable, Sendable {
    public var verdicts: [String: Verdict]

    public init(_ verdicts: [String: Verdict] = [:]) { self.verdicts = verdicts }

    /// Why a line is not understood.
    public struct Problem: Error, Hashable, Sendable {
        /// From 1.
        public var line: Int
        public var message: String
    }

    /// Reads the text of a baseline file and says all that is wrong with it.
    ///
    /// Empty lines and what follows a `#` count for nothing.
    public static func parse(_ text: String) -> (baseline: Baseline, problems: [Problem]) {
        var baseline = Baseline()
        var problems: [Problem] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let content = line.prefix { $0 != "#" }.trimmed
            guard !content.isEmpty else { continue }
            func problem(_ message: String) { problems.append(Problem(line: index + 1, message: message)) }
            guard let colon = content.firstIndex(of: ":") else {
                problem("expected \"ID: verdict\", such as \"RA-01: fail\"")
                continue
            }
            let id = String(content[..<colon].trimmed)
            let word = String(content[content.index(after: colon)...].trimmed)
            guard RuleCatalogue.rule(id)?.id == id else {
                problem("no rule is called \"\(id)\"")
                continue
            }
            guard let verdict = Verdict(rawValue: word) else {
                let known = Verdict.allCases.map(\.rawValue).joined(separator: ", ")
                problem("\"\(word)\" is no verdict; known are \(known)")
                continue
            }
            guard baseline.verdicts[id] == nil else {
                problem("\(id) is listed twice")
                continue
            }
            baseline.verdicts[id] = verdict
        }
        return (baseline, problems)
    }

    /// What keeps the gate red, compared with a report.
    public struct Comparison: Hashable, Sendable {
        /// Failures that are not listed as such, by id.
        public var unexpected: [String] = []
        /// Listed verdicts that are no longer true, by id.
        public var stale: [String] = []

        public var isRed: Bool { !unexpected.isEmpty || !stale.isEmpty }
    }

    /// - Parameter strict: as in ``ReportCard/isFailure(strict:)``.
    public func compare(_ report: ReportCard, strict: Bool) -> Comparison {
        var comparison = Comparison()
        for judgement in report.judgements {
            let listed = verdicts[judgement.id]
            if let listed, listed != judgement.verdict {
                // Doubt is no news: what was listed may still be so.
                let isNews = judgement.verdict != .inconclusive || strict
                if isNews, !judgement.isFailure(strict: strict) { comparison.stale.append(judgement.id) }
            }
            if judgement.isFailure(strict: strict), listed != judgement.verdict {
                comparison.unexpected.append(judgement.id)
            }
        }
        return comparison
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var rest = self
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
