/// A mapping whose keys are known. What it does not know it has reported when it was made.
struct Mapping<Key: MappingKey> {
    let range: SourceRange
    private let findings: Findings
    private var entries: [String: Node.Entry] = [:]
    /// Keys that somebody probably meant, and so did not forget.
    private var intended: Set<String> = []
    /// What the other keys lack may follow from a key that has no meaning yet.
    private var hasPlannedKeys = false

    /// Reports every unknown key.
    init(_ node: Node, entries list: [Node.Entry], findings: Findings) {
        range = node.range
        self.findings = findings
        for entry in list {
            guard case .scalar(let scalar) = entry.key.content else { continue }
            if Key(rawValue: scalar.text) != nil {
                entries[scalar.text] = entry
            } else {
                reportUnknown(scalar.text, at: entry.key.range)
            }
        }
    }

    /// The value of a key; `nil` where it is absent or was unreadable.
    subscript(key: Key) -> Value? {
        guard let node = entries[key.rawValue]?.value else { return nil }
        if case .unreadable = node.content { return nil }
        return Value(node, findings: findings)
    }

    /// Whether the key stands here, whatever its value.
    func has(_ key: Key) -> Bool { entries[key.rawValue] != nil }

    /// Whether the key stands here, or one that was surely meant to be it.
    func means(_ key: Key) -> Bool { has(key) || intended.contains(key.rawValue) }

    /// The keys of a list that stand here, in the order of the list.
    func present(_ keys: [Key]) -> [Key] { keys.filter(has) }

    /// The value of a key that must not be left out.
    ///
    /// - Parameter example: what one would write.
    func required(_ key: Key, _ example: String) -> Value? {
        if !means(key), !hasPlannedKeys {
            findings.missing("\(Key.owner) needs \"\(key.rawValue)\", as in \(example)", at: range)
        }
        return self[key]
    }

    /// Where the key itself stands.
    func place(of key: Key) -> SourceRange { entries[key.rawValue]?.key.range ?? range }

    func error(_ message: String, at key: Key) { findings.error(message, at: place(of: key)) }
    func warning(_ message: String, at key: Key) { findings.warning(message, at: place(of: key)) }

    /// Something that must be here is not.
    func missing(_ message: String) { findings.missing(message, at: range) }

    private mutating func reportUnknown(_ name: String, at range: SourceRange) {
        let known = "\(Key.owner) takes \(Key.names.listed("and"))"
        if Key.planned.contains(name) {
            hasPlannedKeys = true
            findings.error("\"\(name)\" is not supported yet; \(known)", at: range)
        } else if let nearest = Suggestion.nearest(to: name, among: Key.names) {
            intended.insert(nearest)
            findings.error("unknown key \(name.quoted); did you mean \"\(nearest)\"?", at: range)
        } else {
            findings.error("unknown key \(name.quoted); \(known)", at: range)
        }
    }
}
