internal import HTTPSemantics

/// A node that somebody wants as something. Every reading either gives it or reports why not.
struct Value {
    let node: Node
    let findings: Findings

    init(_ node: Node, findings: Findings) {
        self.node = node
        self.findings = findings
    }

    var range: SourceRange { node.range }

    var scalar: Node.Scalar? {
        if case .scalar(let scalar) = node.content { scalar } else { nil }
    }

    var isNothing: Bool { scalar?.isNothing ?? false }
    var isMapping: Bool { if case .mapping = node.content { true } else { false } }
    var isList: Bool { if case .sequence = node.content { true } else { false } }

    func error(_ message: String) { findings.error(message, at: range) }
    func warning(_ message: String) { findings.warning(message, at: range) }

    /// Reports that something else was wanted here. Says nothing about what was reported already.
    func expected(_ what: String) {
        if case .unreadable = node.content { return }
        error("expected \(what), not \(node.description)")
    }

    /// Any text. A number or a truth value is taken as it is written; nothing is not.
    func text(_ what: String) -> String? {
        guard let scalar, !scalar.isNothing else {
            expected(what)
            return nil
        }
        return scalar.text
    }

    /// A whole number within bounds.
    func integer(_ what: String, in bounds: ClosedRange<Int64>) -> Int64? {
        let range = "\(bounds.lowerBound) to \(bounds.upperBound)"
        guard let scalar, scalar.isWholeNumber || (node.parameter != nil && Int64(scalar.text) != nil) else {
            if let scalar, scalar.isQuoted, let number = Int64(scalar.text) {
                error("expected a number, not text; write \(number) without quotes")
            } else {
                expected("\(what), a whole number from \(range)")
            }
            return nil
        }
        guard let number = Int64(scalar.text), bounds.contains(number) else {
            error("\(node.description) is out of range: \(what) is \(range)")
            return nil
        }
        return number
    }

    func truth() -> Bool? {
        if let truth = scalar?.truth { return truth }
        expected("true or false")
        return nil
    }

    /// A duration within bounds, such as `250ms` or `1m30s`.
    func duration(_ what: String, in bounds: ClosedRange<Duration>) -> Duration? {
        guard let scalar, let duration = DurationText.parse(scalar.text, negative: true) else {
            if let scalar, scalar.isNumber {
                error("\(node.description) has no unit; write \(scalar.text)s or \(scalar.text)ms")
            } else {
                expected("\(what) such as 250ms, 2s or 1m30s")
            }
            return nil
        }
        guard bounds.contains(duration) else {
            let lower = DurationText.print(bounds.lowerBound)
            let upper = DurationText.print(bounds.upperBound)
            error("\(node.description) is out of range: \(what) is \(lower) to \(upper)")
            return nil
        }
        return duration
    }

    /// A size such as `512 B`, `64 KiB` or `1 MiB`, at least one byte.
    func size(_ what: String, upTo limit: Int) -> Int? {
        let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("kB", 1000), ("MB", 1_000_000), ("B", 1)]
        guard let text = scalar?.text, let (unit, factor) = units.first(where: { text.hasSuffix($0.0) }),
            let number = Int(text.dropLast(unit.count).filter { $0 != " " }), number > 0
        else {
            expected("\(what) such as 512 B, 64 KiB or 1 MiB")
            return nil
        }
        let (size, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow, size <= limit else {
            error("\(node.description) is out of range: \(what) is 1 B to \(limit >> 20) MiB")
            return nil
        }
        return size
    }

    /// One of a few words.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ what: String, of type: Choice.Type = Choice.self
    ) -> Choice? {
        let names = Choice.allCases.map(\.rawValue)
        guard let scalar, !scalar.isNothing else {
            expected("\(what): \(names.listed())")
            return nil
        }
        if let choice = Choice(rawValue: scalar.text) { return choice }
        let suggestion = Suggestion.phrase(for: scalar.text, among: names)
        error("unknown \(what) \(node.description)\(suggestion.isEmpty ? "; it is \(names.listed())" : suggestion)")
        return nil
    }

    /// The elements of a list, those left out that were unreadable.
    func list(_ what: String) -> [Value]? {
        guard case .sequence(let elements) = node.content else {
            guard !isNothing else {
                expected("a list of \(what)")
                return nil
            }
            let advice = isMapping ? "; begin each element with \"-\"" : "; put it in brackets: [ … ]"
            error("expected a list of \(what), not \(node.description)\(advice)")
            return nil
        }
        return elements.map { Value($0, findings: findings) }
    }

    func mapping<Key: MappingKey>(of type: Key.Type) -> Mapping<Key>? {
        guard case .mapping(let entries) = node.content else {
            expected("\(Key.owner) such as \(Key.example)")
            return nil
        }
        return Mapping(node, entries: entries, findings: findings)
    }

    /// The entries of a mapping whose keys are names that the user chooses.
    func entries(_ what: String) -> [(name: String, place: Value, value: Value)]? {
        guard case .mapping(let entries) = node.content else {
            expected("a mapping of \(what)")
            return nil
        }
        return entries.compactMap { entry in
            guard case .scalar(let scalar) = entry.key.content else { return nil }
            return (scalar.text, Value(entry.key, findings: findings), Value(entry.value, findings: findings))
        }
    }
}
