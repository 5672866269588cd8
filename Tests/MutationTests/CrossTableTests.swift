import Grading
import Mutants
import TestSupport
import Testing

/// The judge on trial: good behaviour, one thing wrong with it at a time, and exactly the rules that must turn do.
///
/// Everything is in virtual time. `CrossTable.txt` holds every verdict; RETROGRADE_RECORD=1 writes it anew.
@Suite(.timeLimit(.minutes(10))) struct CrossTableTests {
    @Test func `exactly the rules that must turn do`() async throws {
        let rows = try await Row.all.value
        let model = rows[0]
        for row in rows.dropFirst() {
            for rule in Row.rules {
                let (letter, usual) = (row.letter(rule.id), model.letter(rule.id))
                if let must = row.mutant.turns[rule.id] {
                    #expect(letter == must, "\(row.mutant.id): \(rule.id) \(row.text(rule.id))")
                } else if !row.mutant.may.contains(rule.id) {
                    #expect(letter == usual, "\(row.mutant.id): \(rule.id) \(row.text(rule.id))")
                }
            }
        }
    }

    @Test func `the model passes every rule`() async throws {
        let model = try await Row.all.value[0]
        for rule in Row.rules { #expect(model.letter(rule.id) == "P", "\(rule.id): \(model.text(rule.id))") }
    }

    @Test func `every rule has a mutant that fails it`() async throws {
        let rows = try await Row.all.value
        for rule in Row.rules {
            let isCaught = rows.contains { $0.mutant.turns[rule.id] != nil && $0.letter(rule.id) == "F" }
            #expect(
                isCaught != (Row.failNobody[rule.id] != nil),
                "\(rule.id): \(isCaught ? "has a mutant, and a reason for having none" : "has no mutant")")
        }
    }

    @Test(arguments: [2] as [UInt64])
    func `no other seed makes a pass of a fail, or a fail of a pass`(seed: UInt64) async throws {
        let usual = try await Row.all.value
        for (row, usual) in zip(try await Row.compute(seed: seed), usual) {
            for rule in Row.rules where !row.mutant.may.contains(rule.id) {
                let letters = [row.letter(rule.id), usual.letter(rule.id)]
                #expect(
                    Set(letters) != ["P", "F"], "\(row.mutant), seed \(seed): \(rule.id) \(row.text(rule.id))")
            }
        }
    }

    @Test func `mutants have names of their own`() {
        #expect(Set(Mutant.all.map(\.id)).count == Mutant.all.count)
        for mutant in Mutant.all {
            #expect(mutant.may.isDisjoint(with: mutant.turns.keys), "\(mutant)")
        }
    }

    @Test func `the table is the one that is kept`() async throws {
        let rows = try await Row.all.value
        try expectSnapshot(Row.table(rows), at: "Tests/MutationTests/CrossTable.txt")
    }
}

/// What all rules say of one mutant.
struct Row: Sendable {
    var mutant: Mutant
    var findings: [String: Finding]

    /// The rules that mutants have been made for.
    static let rules = RuleCatalogue.all

    /// Rules that no fault can turn into a failure, with the reason.
    static let failNobody: [String: String] = [
        "ST-01": "not to retry is legal: it says what is retried, and its mutants make it not applicable",
        "HD-02": "a herd is what the server asked for: who obeys to the point makes it inconclusive",
        "CB-01": "what retries add to the load is AM-02's: here a client passes, or it is inconclusive",
    ]

    /// All rows, computed once.
    static let all = Task { try await compute(seed: 1) }

    /// As many at a time as the machine has processors for.
    static func compute(seed: UInt64) async throws -> [Row] {
        try await withThrowingTaskGroup(of: (Int, Row).self) { group in
            for (number, mutant) in Mutant.all.enumerated() {
                group.addTask { (number, try Row(mutant, seed: seed)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    init(_ mutant: Mutant, seed: UInt64) throws {
        self.mutant = mutant
        var grader = VirtualGrader(mutant, seed: seed)
        findings = try grader.grade(Self.rules)
    }

    func letter(_ rule: String) -> Character { findings[rule]?.verdict.letter ?? "-" }

    /// For a failure's message.
    func text(_ rule: String) -> String {
        guard let finding = findings[rule] else { return "never concluded" }
        return "is \(finding.verdict.letter): \(finding.actual)"
    }

    /// A line for each mutant, a column for each rule; letters that differ from the model's in capitals.
    static func table(_ rows: [Row]) -> String {
        let rules = Row.rules.map(\.id)
        let width = (rows.map(\.mutant.id.count).max() ?? 0) + 2
        func padded(_ text: String) -> String { text + String(repeating: " ", count: width - text.count) }
        var lines = [
            "Verdicts on the model client and its mutants, in virtual time: pass, fail, inconclusive, not applicable.",
            "A capital differs from the model's verdict.", "",
        ]
        for part in 0..<2 {
            let letters = rules.map { part == 0 ? String($0.prefix(2)) : String($0.suffix(2)) }
            lines.append(padded("") + letters.joined(separator: " "))
        }
        for row in rows {
            let letters = rules.map { rule in
                let letter = String(row.letter(rule)).lowercased()
                return (row.letter(rule) == rows[0].letter(rule) ? letter : letter.uppercased()) + " "
            }
            lines.append(padded(row.mutant.id) + letters.joined(separator: " "))
        }
        let text = lines.map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
        return text.joined(separator: "\n") + "\n\n"
            + rows.map { "\(padded($0.mutant.id))\($0.mutant.wrong)\n" }.joined()
    }
}
