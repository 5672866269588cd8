/// The text with comments and the contents of string literals replaced by spaces; newlines stay.
///
/// Interpolations are blanked with their literal: a forbidden word hides there only from somebody who wants to hide it.
func blanked(_ text: String) -> String {
    var scanner = Blanker(rest: Array(text.unicodeScalars)[...])
    return scanner.run()
}

private struct Blanker {
    var rest: ArraySlice<Unicode.Scalar>
    var out = String.UnicodeScalarView()

    mutating func run() -> String {
        while let scalar = rest.first {
            if starts("//") {
                blankLine(until: "\n")
            } else if starts("/*") {
                blockComment()
            } else if scalar == "\"" || (scalar == "#" && startsRawString()) {
                literal()
            } else if scalar == "`" {
                // A raw identifier, which may hold any words.
                blank(1)
                blankLine(until: "`")
                blank(1)
            } else {
                out.append(scalar)
                rest.removeFirst()
            }
        }
        return String(out)
    }

    private func starts(_ prefix: String) -> Bool { rest.starts(with: prefix.unicodeScalars) }

    private func startsRawString() -> Bool { rest.drop { $0 == "#" }.first == "\"" }

    private mutating func blank(_ count: Int) {
        for scalar in rest.prefix(count) { out.append(scalar == "\n" ? "\n" : " ") }
        rest = rest.dropFirst(count)
    }

    private mutating func blankLine(until end: Unicode.Scalar) {
        blank(rest.prefix { $0 != end && $0 != "\n" }.count)
    }

    private mutating func blockComment() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                blank(2)
            } else if starts("*/") {
                depth -= 1
                blank(2)
            } else {
                blank(1)
            }
        } while depth > 0 && !rest.isEmpty
    }

    private mutating func literal() {
        let hashes = String(repeating: "#", count: rest.prefix { $0 == "#" }.count)
        blank(hashes.count)
        let quote = starts("\"\"\"") ? "\"\"\"" : "\""
        blank(quote.count)
        while !rest.isEmpty {
            if starts("\\" + hashes) {
                blank(2 + hashes.count)
            } else if starts(quote + hashes) {
                blank(quote.count + hashes.count)
                return
            } else {
                blank(1)
            }
        }
    }
}
