/// The model client with one thing wrong.
public struct Mutant: Sendable, CustomStringConvertible {
    /// A few words, without spaces: the name on a command line.
    public var id: String
    /// What it does wrong, as one sentence; for ``isHarmless`` ones, what it does otherwise.
    public var wrong: String
    /// The verdicts that must differ from the model's, by the rule: `F` fails, `N` is not applicable, `I` inconclusive.
    public var turns: [String: Character]
    /// The rules whose verdict may differ: the fault touches them, but chance or the rest of the client decides.
    public var may: Set<String>
    /// What it changes.
    public var change: @Sendable (inout Behaviour) -> Void

    public init(
        _ id: String, _ wrong: String, turns: [String: Character] = [:], may: Set<String> = [],
        change: @escaping @Sendable (inout Behaviour) -> Void
    ) {
        self.id = id
        self.wrong = wrong
        self.turns = turns
        self.may = may
        self.change = change
    }

    /// Nothing is wrong with it: no verdict may turn.
    public var isHarmless: Bool { turns.isEmpty }

    public var behaviour: Behaviour {
        var behaviour = Behaviour()
        change(&behaviour)
        return behaviour
    }

    public var description: String { id }

    /// Nothing changed.
    public static let model = Mutant("model", "Nothing is changed.") { _ in }

    /// All of them, the model first.
    public static let all: [Mutant] =
        [model] + harmless + announcements + secondThoughts + quotas + dates + pastDates + malformations + ladders
        + chances + ends + requests
        + broken

    public static func named(_ id: String) -> Mutant? { all.first { $0.id == id } }
}

extension [String: Character] {
    /// The same verdict for several rules.
    static func all(_ rules: String..., verdict: Character) -> Self {
        Dictionary(uniqueKeysWithValues: rules.map { ($0, verdict) })
    }

    static func fail(_ rules: String...) -> Self { Dictionary(uniqueKeysWithValues: rules.map { ($0, "F") }) }

    /// And these others, which are no longer judged.
    func lost(_ rules: String...) -> Self {
        merging(Dictionary(uniqueKeysWithValues: rules.map { ($0, "N") })) { $1 }
    }
}
