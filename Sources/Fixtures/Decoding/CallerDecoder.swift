extension CallerIdentity {
    /// Reads `header NAME`, `query NAME`, `address` or `everyone`.
    init?(_ value: Value) {
        let example = "header NAME, query NAME, address or everyone"
        guard let text = value.text(example) else { return nil }
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("address", 1): self = .address
        case ("everyone", 1): self = .everyone
        case ("header", 2) where Names.isToken(words[1]): self = .header(words[1])
        case ("query", 2): self = .query(words[1])
        case ("header", 1), ("query", 1):
            value.error("\(words[0]) needs a name, as in \(words[0]) \(words[0] == "header" ? "Authorization" : "key")")
            return nil
        case ("header", 2):
            value.error("\(words[1].quoted) is not a header's name")
            return nil
        default:
            let suggestion = Suggestion.phrase(
                for: words.first ?? "", among: ["header", "query", "address", "everyone"].filter { $0 != words.first })
            value.error("expected \(example), not \(value.node.description)\(suggestion)")
            return nil
        }
    }
}
