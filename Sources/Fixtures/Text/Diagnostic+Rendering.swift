extension Diagnostic {
    /// The diagnostic as a compiler prints it: place, severity and message, the line, and a mark below it.
    ///
    /// - Parameter colour: whether to use the terminal's colours.
    /// - Returns: three lines, or one where there is no line to show. Each ends with a line feed.
    public func rendered(colour: Bool) -> String {
        let paint = Paint(enabled: colour)
        var text = "\(paint.bold)\(file.visible):\(line):\(column): \(paint.colour(of: severity))"
        text += "\(severity.rawValue):\(paint.reset)\(paint.bold) \(message)\(paint.reset)\n"
        guard !sourceLine.allSatisfy(\.isWhitespace) else { return text }
        let excerpt = Excerpt(of: sourceLine, from: column, to: endColumn)
        let number = String(line)
        let margin = String(repeating: " ", count: number.utf8.count)
        text += " \(number) | \(excerpt.text)\n"
        text += " \(margin) | \(excerpt.padding)\(paint.colour(of: severity))\(excerpt.mark)\(paint.reset)\n"
        return text
    }

    private struct Paint {
        var enabled: Bool
        var bold: String { enabled ? "\u{1B}[1m" : "" }
        var reset: String { enabled ? "\u{1B}[0m" : "" }

        func colour(of severity: Severity) -> String {
            guard enabled else { return "" }
            switch severity {
            case .error: return "\u{1B}[1;31m"
            case .warning: return "\u{1B}[1;35m"
            case .note: return "\u{1B}[1;36m"
            }
        }
    }
}

/// The part of a line that is shown, and the mark below it.
private struct Excerpt {
    /// Terminal cells that are shown of a long line.
    static let width = 100

    var text = ""
    var padding = ""
    var mark = ""

    init(of line: String, from column: Int, to end: Int) {
        let scalars = line.unicodeScalars
        // Long lines: a window that begins a third of its width before the mark.
        var first = 0
        if scalars.count > Self.width { first = max(0, min(column - 1 - Self.width / 3, scalars.count - Self.width)) }
        let window = scalars.dropFirst(first).prefix(Self.width)
        if first > 0 { (text, padding) = ("…", " ") }
        for (offset, scalar) in window.enumerated() {
            let position = first + offset + 1
            if position < column {
                padding += scalar == "\t" ? "\t" : String(repeating: " ", count: scalar.cells)
            } else if position < max(end, column + 1) {
                mark += String(repeating: mark.isEmpty ? "^" : "~", count: min(1, scalar.cells))
                if scalar.cells == 2 { mark += "~" }
            }
        }
        text += String(String.UnicodeScalarView(window)).split(separator: "\t", omittingEmptySubsequences: false)
            .map { String($0).visible }.joined(separator: "\t")
        if first + window.count < scalars.count { text += "…" }
        if mark.isEmpty { mark = "^" }
    }
}

extension Unicode.Scalar {
    /// How many cells of a terminal it takes.
    fileprivate var cells: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        switch value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
