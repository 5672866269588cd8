/// Finds the dialect that a fixture or its caller names.
struct DialectChoice {
    let loader: FixtureLoader
    let findings: Findings

    /// - Parameter override: a name that stands for the fixture's own.
    func dialect(_ mapping: Mapping<FixtureKey>, override: String?) -> Dialect? {
        if let override {
            if let dialect = loader.dialects[override] { return dialect }
            findings.error(unknown(override), at: mapping.has(.dialect) ? mapping.place(of: .dialect) : .beginning)
            return nil
        }
        guard let value = mapping[.dialect] else { return mapping.has(.dialect) ? nil : standard }
        return dialect(value)
    }

    /// The dialect that a value names; `nil`, and reported, where there is none.
    func dialect(_ value: Value) -> Dialect? {
        guard let name = value.text("a dialect's name, or a path such as ./mine.yaml") else { return nil }
        guard name.hasPrefix("./") else {
            if loader.dialects[name] == nil { value.error(unknown(name)) }
            return loader.dialects[name]
        }
        switch loader.readFile(name) {
        case .success(let text):
            let (dialect, diagnostics) = DialectLoader(readFile: loader.readFile).load(text, file: name)
            if dialect == nil { value.error("the dialect \(name.quoted) has errors") }
            findings.adopt(diagnostics, about: value.range)
            return dialect
        case .failure(let problem):
            value.error("\(value.node.description) \(problem.reason)")
            return nil
        }
    }

    /// What a fixture speaks that does not say.
    private var standard: Dialect? {
        if let plain = loader.dialects["plain"] { return plain }
        findings.error("there is no dialect \"plain\"; name one with \"dialect\"", at: .beginning)
        return nil
    }

    private func unknown(_ name: String) -> String {
        let names = loader.dialects.keys.sorted()
        let suggestion = Suggestion.phrase(for: name, among: names)
        let known = names.isEmpty ? "" : "; there are \(names.listed("and")), or a path such as ./mine.yaml"
        return "unknown dialect \(name.quoted)\(suggestion.isEmpty ? known : suggestion)"
    }
}
