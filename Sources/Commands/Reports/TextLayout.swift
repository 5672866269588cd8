/// Text in columns and paragraphs, for terminals.
enum TextLayout {
    /// Breaks a text at spaces into lines of at most `width` columns. A word that is longer has a line of its own.
    static func wrap(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = ""
            for word in paragraph.split(separator: " ") {
                if line.isEmpty {
                    line = String(word)
                } else if line.count + 1 + word.count <= width {
                    line += " " + word
                } else {
                    lines.append(line)
                    line = String(word)
                }
            }
            lines.append(line)
        }
        return lines
    }

    /// Cuts a text that is too long, and shows that it did.
    static func truncate(_ text: String, width: Int) -> String {
        text.count <= width ? text : text.prefix(max(0, width - 1)) + "…"
    }

    static func pad(_ text: String, width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

/// The colours of a terminal, or none.
struct Style: Sendable {
    var colour: Bool

    enum Paint: String {
        case green = "32"
        case red = "1;31"
        case yellow = "33"
        case dim = "2"
        case bold = "1"
    }

    func callAsFunction(_ text: String, _ paint: Paint) -> String {
        colour && !text.isEmpty ? "\u{1b}[\(paint.rawValue)m\(text)\u{1b}[0m" : text
    }
}
