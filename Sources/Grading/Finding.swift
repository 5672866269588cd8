/// What a rule says of a client.
public struct Finding: Hashable, Sendable {
    public var verdict: Verdict
    /// What the rule expects, with its numbers.
    public var expected: String
    /// What happened, as one sentence.
    public var actual: String
    /// Attempt by attempt, or value by value.
    public var evidence: [EvidenceLine]
    /// Weaknesses that are not failures; `--strict` makes them so.
    public var notes: [String]
    /// A name for the behaviour: "gives up", "exponential, factor 2.0".
    public var classification: String?
    /// What there is to look at.
    public var pictures: [Picture]

    public init(
        _ verdict: Verdict, expected: String, actual: String, evidence: [EvidenceLine] = [], notes: [String] = [],
        classification: String? = nil, pictures: [Picture] = []
    ) {
        self.verdict = verdict
        self.expected = expected
        self.actual = actual
        self.evidence = evidence
        self.notes = notes
        self.classification = classification
        self.pictures = pictures
    }
}

public enum Verdict: String, Hashable, Sendable, CaseIterable {
    case pass
    case fail
    /// The evidence is too weak to say.
    case inconclusive
    /// The rule does not concern this client.
    case notApplicable = "not-applicable"
}

/// One line of evidence, with the numbers apart so that pictures can be drawn from it.
public struct EvidenceLine: Hashable, Sendable {
    /// `run 2, attempt 1 → 2: asked 2.000 s, waited 1.412 s, 588 ms early`.
    public var text: String
    /// The announced wait, in seconds.
    public var asked: Double?
    /// The observed wait, in seconds.
    public var waited: Double?
    /// Whether this line by itself speaks against the client.
    public var speaksAgainst: Bool

    public init(_ text: String, asked: Double? = nil, waited: Double? = nil, speaksAgainst: Bool = false) {
        self.text = text
        self.asked = asked
        self.waited = waited
        self.speaksAgainst = speaksAgainst
    }
}
