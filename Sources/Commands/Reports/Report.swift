internal import Fixtures
internal import Grading

/// A report card and what its readers need besides: how strictly it was judged, how long it took, and the command
/// that repeats a single rule.
struct Report: Sendable {
    var card: ReportCard
    /// Whether notes and a lack of evidence count as failures.
    var strict = false
    /// Seconds of the whole grading.
    var elapsed: Double
    /// `retrograde grade` and what follows it, without `--only` and the client: `["--dialect", "openai"]`.
    var options: [String] = []
    /// The options that only rules on POSTs need: `["--post", "…"]`.
    var postOptions: [String] = []
    /// What follows the options: `["--", "curl", "{url}"]`.
    var client: [String] = []
    /// What a baseline says, where there was one.
    var comparison: Baseline.Comparison?
    /// Why not all of it was judged, as a sentence; `nil` where it was.
    var cutShort: String?

    /// Whether a judgement keeps the gate red. With a baseline, what it lists does not, and what it lists in vain does.
    func isRed(_ judgement: ReportCard.Judgement) -> Bool {
        guard let comparison else { return judgement.isFailure(strict: strict) }
        return comparison.unexpected.contains(judgement.id) || comparison.stale.contains(judgement.id)
    }

    /// The command that judges one rule again, for a shell.
    func command(repeating id: String) -> String {
        // Where the client has no other command, its POSTs are all there is.
        let needsPost = client.isEmpty || RuleCatalogue.rule(id)?.profile == .post
        return ShellWords.join(
            ["retrograde", "grade", "--only", id] + options + (needsPost ? postOptions : []) + client)
    }

    /// `16 rules: 9 passed, 3 failed, 1 inconclusive, 3 not applicable`, without what did not occur.
    var summary: String {
        let counts: [(Verdict, String)] = [
            (.pass, "passed"), (.fail, "failed"), (.inconclusive, "inconclusive"), (.notApplicable, "not applicable"),
        ]
        let parts = counts.map { (card.count(of: $0), $1) }.filter { $0.0 > 0 }.map { "\($0) \($1)" }
        let rules = card.judgements.count == 1 ? "1 rule" : "\(card.judgements.count) rules"
        return parts.isEmpty ? rules : "\(rules): \(parts.joined(separator: ", "))"
    }

    /// `waits alone need 48.3 s, took 52.1 s (1.08 times)`: the longest chain of waits, which no schedule can be
    /// faster than, and what ours made of it.
    var duration: String {
        let took = Decimal.text(elapsed, places: 1) + " s"
        guard let bound = card.bound, bound > 0 else { return took }
        let times = Decimal.text(elapsed / bound, places: 2)
        return "waits alone need \(Decimal.text(bound, places: 1)) s, took \(took) (\(times) times)"
    }

    /// `noise floor 3.1 ms`; `nil` where it was not measured.
    var noiseFloor: String? { card.noiseFloor.map { "noise floor \(Decimal.text($0 * 1000, places: 1)) ms" } }
}

extension Verdict {
    /// As a reader says it.
    var words: String { self == .notApplicable ? "not applicable" : rawValue }
}

extension Level {
    /// As a reader says it.
    var meaning: String {
        switch self {
        case .must: "a standard requires it"
        case .should: "a standard or a draft asks for it"
        case .practice: "those who run large services recommend it"
        case .information: "good to know, never a failure"
        }
    }
}

/// Numbers with a fixed count of decimals.
enum Decimal {
    static func text(_ value: Double, places: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
        let scale = (0..<places).reduce(1.0) { product, _ in product * 10 }
        let digits = String(Int64((abs(value) * scale).rounded()))
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let sign = value < 0 && padded.contains { $0 != "0" } ? "-" : ""
        return places == 0 ? sign + padded : sign + padded.dropLast(places) + "." + padded.suffix(places)
    }
}
