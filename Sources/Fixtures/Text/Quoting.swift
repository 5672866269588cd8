extension String {
    /// Between double quotes, for a message: control characters made visible, long text cut.
    var quoted: String {
        let scalars = unicodeScalars
        let cut = scalars.count > 60
        return "\"" + String(cut ? String.UnicodeScalarView(scalars.prefix(57)) : scalars).visible + (cut ? "…" : "")
            + "\""
    }

    /// Without anything that a terminal would obey: control characters become their pictures (U+2400…), and
    /// characters that reorder text become U+FFFD.
    var visible: String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x00...0x1F: result.append(Unicode.Scalar(0x2400 + scalar.value)!)
            case 0x7F: result.append("\u{2421}")
            case 0x80...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

extension Sequence<String> {
    /// `a`, `a or b`, `a, b or c`.
    func listed(_ conjunction: String = "or") -> String {
        let words = Array(self)
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
    }
}
