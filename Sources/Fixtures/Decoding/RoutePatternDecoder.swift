extension RoutePattern {
    private static let example = "a method and a path such as POST /v1/models/{id}, or * /* for everything"
    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    /// Reads `POST /v1/models/{id}`.
    init?(_ value: Value) {
        guard let text = value.text(Self.example) else { return nil }
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 2 else {
            value.expected(Self.example)
            return nil
        }
        guard let method = Self.method(words[0], value), let segments = Self.segments(of: words[1], value) else {
            return nil
        }
        self.init(method: method == "*" ? nil : method, segments: segments, text: words.joined(separator: " "))
    }

    /// The names of its parameters, in order.
    var parameters: [String] {
        segments.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
    }

    /// Whether two patterns take the same requests: they differ at most in the names of their parameters.
    func takesTheSame(as other: RoutePattern) -> Bool {
        func shape(_ pattern: RoutePattern) -> [Segment] {
            pattern.segments.map { if case .parameter = $0 { .parameter("") } else { $0 } }
        }
        return method == other.method && shape(self) == shape(other)
    }

    /// Methods are case-sensitive (RFC 9110 section 9.1), so `get` is a method that nobody sends.
    private static func method(_ text: String, _ value: Value) -> String? {
        guard text != "*" else { return text }
        guard Names.isToken(text) else {
            value.error("\(text.quoted) is not a method")
            return nil
        }
        let upper = text.uppercased()
        if upper != text, methods.contains(upper) {
            value.error("methods are written in capitals; did you mean \"\(upper)\"?")
            return nil
        }
        return text
    }

    private static func segments(of path: String, _ value: Value) -> [Segment]? {
        guard path.first == "/" else {
            value.error("a path begins with \"/\": \("/\(path)".quoted)")
            return nil
        }
        if path.contains("?") || path.contains("#") {
            value.error("a path has no query and no fragment; every query matches")
            return nil
        }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            value.error("a path is written in ASCII; other characters are percent-encoded")
            return nil
        }
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var segments: [Segment] = []
        var names: Set<String> = []
        for (index, part) in parts.enumerated() {
            guard let segment = segment(part, isLast: index == parts.count - 1, value) else { return nil }
            if case .parameter(let name) = segment, !names.insert(name).inserted {
                value.error("the path has two parameters with the name \(name.quoted)")
                return nil
            }
            segments.append(segment)
        }
        return segments
    }

    private static func segment(_ part: String, isLast: Bool, _ value: Value) -> Segment? {
        if part == "*" {
            guard isLast else {
                value.error("\"*\" takes the rest of the path and stands at its end only; use {name} for one segment")
                return nil
            }
            return .rest
        }
        if part.first == "{", part.last == "}", Names.isIdentifier(String(part.dropFirst().dropLast())) {
            return .parameter(String(part.dropFirst().dropLast()))
        }
        guard !part.contains(where: { "{}*".contains($0) }) else {
            value.error("\(part.quoted) mixes text with \"*\" or braces; a parameter is a whole segment: {name}")
            return nil
        }
        return .literal(part)
    }
}
