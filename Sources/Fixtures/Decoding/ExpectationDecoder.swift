/// Reads `expect:`: ids of rules, each alone or with settings.
struct ExpectationDecoder {
    let rules: [String: Set<String>]

    func expectations(_ value: Value) -> [Expectation] {
        var seen: Set<String> = []
        return (value.list("rules such as RA-01") ?? []).compactMap { value in
            guard let expectation = expectation(value) else { return nil }
            if !seen.insert(expectation.rule).inserted { value.error("the rule \(expectation.rule) is named twice") }
            return expectation
        }
    }

    private func expectation(_ value: Value) -> Expectation? {
        guard value.isMapping else {
            guard let id = value.text("a rule such as RA-01 or { AT-01: { most: 6 } }") else { return nil }
            return rule(id, at: value).map { _ in Expectation(rule: id) }
        }
        guard let entries = value.entries("a rule and its settings"), let entry = entries.first else {
            value.expected("a rule such as { AT-01: { most: 6 } }")
            return nil
        }
        for extra in entries.dropFirst() { extra.place.error("one rule per element; begin a new element with \"-\"") }
        guard let known = rule(entry.name, at: entry.place) else { return nil }
        if entry.value.isNothing { return Expectation(rule: entry.name) }
        return Expectation(rule: entry.name, settings: settings(entry.value, of: entry.name, known: known))
    }

    /// Settings and their values.
    ///
    /// - Parameter known: the settings that the rule has.
    func settings(_ value: Value, of rule: String, known: Set<String>) -> [String: String] {
        var settings: [String: String] = [:]
        for (name, place, value) in value.entries("settings and values") ?? [] {
            if !known.contains(name) { place.error(unknown(setting: name, of: rule, known: known.sorted())) }
            if let text = value.text("a setting's value") { settings[name] = text }
        }
        return settings
    }

    /// The settings of a rule; `nil`, and reported, if there is no such rule.
    func rule(_ id: String, at value: Value) -> Set<String>? {
        if let settings = rules[id] { return settings }
        let suggestion = Suggestion.phrase(for: id, among: rules.keys.sorted())
        value.error("unknown rule \(id.quoted)\(suggestion.isEmpty ? "; \"retrograde rules\" lists them" : suggestion)")
        return nil
    }

    private func unknown(setting: String, of rule: String, known: [String]) -> String {
        let suggestion = Suggestion.phrase(for: setting, among: known)
        let list = known.isEmpty ? "; it has none" : "; it has \(known.listed("and"))"
        return "\(rule) has no setting \(setting.quoted)\(suggestion.isEmpty ? list : suggestion)"
    }
}
