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

    /// `environment` with a variable for every value. Where a proxy is set, this machine is exempt from it: a
    /// client that honours the proxy would otherwise never reach the upstream.
    static func environment(_ environment: [String: String], with values: [Placeholder: String]) -> [String: String] {
        var result = environment
        for (placeholder, value) in values { result[placeholder.variable] = value }
        guard environment.keys.contains(where: { $0.lowercased().hasSuffix("_proxy") }) else { return result }
        for name in ["no_proxy", "NO_PROXY"] {
            let others = [environment[name]].compactMap { $0 }.filter { !$0.isEmpty }
            result[name] = (others + ["127.0.0.1", "localhost"]).joined(separator: ",")
        }
        return result
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
