/// The parameters of a fixture and where they are used: a scalar that is nothing but `$name` becomes the
/// parameter's value, `$$name` the text `$name`.
struct Parameters {
    private(set) var values: [String: Node.Scalar] = [:]
    private var places: [String: SourceRange] = [:]
    private var used: Set<String> = []
    private let findings: Findings

    /// Reads `parameters:` and puts the overrides in.
    init(_ declaration: Value?, overrides: [String: String], findings: Findings) {
        self.findings = findings
        for (name, place, value) in declaration?.entries("names and values") ?? [] {
            places[name] = place.range
            if let scalar = Self.scalar(name, place, value) { values[name] = scalar }
        }
        let names = values.keys.sorted()
        for (name, text) in overrides.sorted(by: { $0.key < $1.key }) {
            if values[name] == nil {
                let suggestion = Suggestion.phrase(for: name, among: names)
                let known = names.isEmpty ? "; the fixture has no parameters" : "; it has \(names.listed("and"))"
                findings.error(
                    "no parameter \(name.quoted) to set\(suggestion.isEmpty ? known : suggestion)",
                    at: declaration?.range ?? .beginning)
            } else {
                values[name]?.text = text
            }
        }
    }

    /// The value of a declaration; `nil`, and reported, if it cannot be one.
    private static func scalar(_ name: String, _ place: Value, _ value: Value) -> Node.Scalar? {
        guard isName(name) else {
            place.error("a parameter's name is letters, digits, \"_\" and \"-\", beginning with a letter")
            return nil
        }
        guard let scalar = value.scalar, !scalar.isNothing else {
            value.expected("a parameter's value (text, a number or a duration)")
            return nil
        }
        guard reference(in: scalar.text) == nil else {
            value.error("a parameter cannot refer to another")
            return nil
        }
        return scalar
    }

    /// The values for print.
    var texts: [String: String] { values.mapValues(\.text) }

    /// The node with every reference replaced.
    mutating func substituted(in node: Node) -> Node {
        var result = node
        switch node.content {
        case .scalar(let scalar): result = substituted(scalar, in: node)
        case .sequence(let elements): result.content = .sequence(elements.map { substituted(in: $0) })
        case .mapping(let entries):
            result.content = .mapping(
                entries.map { Node.Entry(key: $0.key, value: substituted(in: $0.value)) })
        case .unreadable: break
        }
        return result
    }

    /// Parameters that a scenario of `grade --suite DIR` has for the client's command.
    private static let forCommands: Set<String> = ["method", "body", "requests", "concurrency", "rate", "deadline"]

    /// Warns of what was declared and never used.
    func reportUnused() {
        guard !findings.hasErrors else { return }
        for (name, place) in places where !used.contains(name) && !Self.forCommands.contains(name) {
            findings.warning("the parameter \(name.quoted) is never used", at: place)
        }
    }

    private mutating func substituted(_ scalar: Node.Scalar, in node: Node) -> Node {
        guard let name = Self.reference(in: scalar.text) else { return node }
        if name.first == "$" {
            return Node(.scalar(Node.Scalar(text: name, isQuoted: scalar.isQuoted)), at: node.range)
        }
        guard let value = values[name] else {
            // Declared, but not as it should be: that has been said.
            if places[name] != nil { return Node(.unreadable, at: node.range) }
            let suggestion = Suggestion.phrase(for: name, among: values.keys.sorted())
            let advice = "; declare it under \"parameters\", or write \"$$\(name)\" for the text"
            findings.error(
                "unknown parameter \"$\(name)\"\(suggestion.isEmpty ? advice : suggestion)", at: node.range)
            return Node(.unreadable, at: node.range)
        }
        used.insert(name)
        return Node(.scalar(value), at: node.range, parameter: name)
    }

    private static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, first.isLetterOrDigit, !first.isDigit, text.utf8.count <= 64 else {
            return false
        }
        return text.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    /// `wait` for `$wait`, `$wait` for the escaped `$$wait`, `nil` for anything else.
    private static func reference(in text: String) -> String? {
        guard text.first == "$" else { return nil }
        let rest = text.dropFirst()
        if rest.first == "$", isName(rest.dropFirst()) { return String(rest) }
        return isName(rest) ? String(rest) : nil
    }
}
