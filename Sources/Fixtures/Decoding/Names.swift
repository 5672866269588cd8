/// Names that fixtures give to things, and tokens of HTTP.
enum Names {
    /// Letters, digits, `.`, `_` and `-`, beginning with a letter or a digit, at most 64: safe in a field name, in
    /// a structured field's string and on a command line.
    static func isIdentifier(_ text: String) -> Bool {
        guard let first = text.utf8.first, first.isLetterOrDigit, text.utf8.count <= 64 else { return false }
        return text.utf8.allSatisfy { $0.isLetterOrDigit || ".-_".utf8.contains($0) }
    }

    /// `token` (RFC 9110 section 5.6.2).
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0.isLetterOrDigit || "!#$%&'*+-.^_`|~".utf8.contains($0) }
    }

    /// Bytes that a field value may have: no control characters but tab (RFC 9110 section 5.5).
    static func isFieldValue(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
    }

    /// The reference tokens of a JSON Pointer (RFC 6901); `nil` if it is none.
    static func jsonPointer(_ text: some StringProtocol) -> [String]? {
        guard !text.isEmpty else { return [] }
        guard text.first == "/" else { return nil }
        var tokens: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            var token = ""
            var escaped = false
            for character in part.unicodeScalars {
                switch (escaped, character) {
                case (true, "0"): token.unicodeScalars.append("~")
                case (true, "1"): token.unicodeScalars.append("/")
                case (true, _): return nil
                case (false, "~"): break
                case (false, _): token.unicodeScalars.append(character)
                }
                escaped = !escaped && character == "~"
            }
            guard !escaped else { return nil }
            tokens.append(token)
        }
        return tokens
    }
}

extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isLetterOrDigit: Bool { isDigit || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }
}
