extension CallerIdentity {
    private static let example = "header NAME, query NAME, address or everyone"
    private static let keyExample = "header NAME, query NAME, path NAME, address or everyone"

    /// Reads the fixture's `caller`: `header NAME`, `query NAME`, `address`, `everyone`, or a list of several.
    init?(caller value: Value) {
        self.init(value, ofLimit: false)
        guard let parameter = pathParameters.first else { return }
        value.error(
            "a caller does not depend on the path, which differs from route to route; "
                + "the \"key\" of a limit can be \"path \(parameter)\"")
    }

    /// Reads the `key` of a limit, which can be `path NAME` too.
    init?(key value: Value) { self.init(value, ofLimit: true) }

    private init?(_ value: Value, ofLimit: Bool) {
        guard value.isList else {
            self.init(part: value, example: ofLimit ? Self.keyExample : Self.example)
            return
        }
        let elements = value.list("what makes a key") ?? []
        var parts: [CallerIdentity] = []
        for element in elements {
            guard let part = CallerIdentity(part: element, example: ofLimit ? Self.keyExample : Self.example) else {
                continue
            }
            if parts.contains(part) { element.error("\(element.node.description) is named twice") }
            if part == .everyone { element.error("\"everyone\" tells nobody apart, so it adds nothing to a list") }
            parts.append(part)
        }
        if elements.isEmpty { value.error("a key of several needs at least one") }
        guard !parts.isEmpty else { return nil }
        self = parts.count == 1 ? parts[0] : .all(parts)
    }

    private init?(part value: Value, example: String) {
        guard let text = value.text(example) else { return nil }
        let words = text.isEmpty ? [""] : text.split(separator: " ").map(String.init)
        switch (words[0], words.count) {
        case ("address", 1): self = .address
        case ("everyone", 1): self = .everyone
        case ("header", 2) where Names.isToken(words[1]): self = .header(words[1])
        case ("query", 2): self = .query(words[1])
        case ("path", 2): self = .path(words[1])
        case ("header", 1), ("query", 1), ("path", 1):
            let name = ["header": "Authorization", "query": "key"][words[0]] ?? "id"
            value.error("\(words[0]) needs a name, as in \(words[0]) \(name)")
            return nil
        case ("header", 2):
            value.error("\(words[1].quoted) is not a header's name")
            return nil
        default:
            let kinds = ["header", "query", "path", "address", "everyone"].filter { $0 != words[0] }
            let suggestion = Suggestion.phrase(for: words[0], among: kinds)
            value.error("expected \(example), not \(value.node.description)\(suggestion)")
            return nil
        }
    }
}
