internal import RateLimiting

extension CallerIdentity {
    /// As a fixture says it: `header Authorization`; several, as the list of them.
    public var text: String {
        switch self {
        case .header(let name): "header \(name)"
        case .query(let name): "query \(name)"
        case .path(let name): "path \(name)"
        case .address: "address"
        case .everyone: "everyone"
        case .all(let parts): "[\(parts.map(\.text).joined(separator: ", "))]"
        }
    }
}

extension LimitDefinition.Cost {
    /// As a fixture says it, with `else` behind a comma: `1`, `json /max_tokens, else 1`.
    public var text: String {
        switch self {
        case .constant(let cost): "\(cost)"
        case .json(let pointer, let otherwise):
            "json \(pointer.map { "/" + Self.escaped($0) }.joined()), else \(otherwise)"
        case .header(let name, let otherwise): "header \(name), else \(otherwise)"
        case .bodyBytes: "body-bytes"
        }
    }

    /// A reference token of a JSON Pointer (RFC 6901, section 3).
    private static func escaped(_ token: String) -> String {
        var text = ""
        for character in token {
            switch character {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.append(character)
            }
        }
        return text
    }
}
