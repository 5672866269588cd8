/// A client's command line with placeholders: `curl -sSf --retry 4 {url}`.
struct ClientCommand: Hashable, Sendable {
    /// The program and its arguments, as the user gave them.
    var words: [String]

    /// What a run fills in: `{url}` in the command line, `RETROGRADE_URL` in the environment.
    enum Placeholder: String, CaseIterable, Sendable {
        case url, method, body, requests, concurrency, rate, deadline

        var variable: String { "RETROGRADE_" + rawValue.uppercased() }
    }

    /// The placeholders that occur in the words.
    var placeholders: Set<Placeholder> {
        Set(Placeholder.allCases.filter { placeholder in words.contains { $0.contains("{\(placeholder.rawValue)}") } })
    }

    /// The words with every placeholder replaced. Other braces (a JSON body's, say) stay as they are, and what was
    /// filled in is not looked at again.
    func filled(with values: [Placeholder: String]) -> [String] {
        words.map { Self.fill($0, with: values) }
    }

    /// `environment` with a variable for every value.
    static func environment(_ environment: [String: String], with values: [Placeholder: String]) -> [String: String] {
        values.reduce(into: environment) { result, value in result[value.key.variable] = value.value }
    }

    private static func fill(_ word: String, with values: [Placeholder: String]) -> String {
        var result = ""
        var rest = word[...]
        while let brace = rest.firstIndex(of: "{") {
            result += rest[..<brace]
            rest = rest[brace...]
            if let end = rest.firstIndex(of: "}"),
                let placeholder = Placeholder(rawValue: String(rest[rest.index(after: brace)..<end])),
                let value = values[placeholder]
            {
                result += value
                rest = rest[rest.index(after: end)...]
            } else {
                result += "{"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }
}
