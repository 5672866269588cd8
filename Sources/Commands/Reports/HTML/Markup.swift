/// Text of a page. What is interpolated into a literal is escaped, unless it is markup itself: forgetting to escape
/// does not compile into a hole.
struct Markup: ExpressibleByStringInterpolation, Sendable {
    private(set) var text: String

    init(stringLiteral text: String) { self.text = text }

    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    /// Text in which nothing is markup.
    init(escaping text: some StringProtocol) {
        var result = ""
        for character in Printable.text(String(text)).unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        self.text = result
    }

    /// What is trusted as it is: a style sheet that the binary carries.
    init(trusted text: String) { self.text = text }

    struct StringInterpolation: StringInterpolationProtocol {
        var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        mutating func appendLiteral(_ literal: String) { text += literal }

        mutating func appendInterpolation(_ value: some StringProtocol) { text += Markup(escaping: value).text }

        mutating func appendInterpolation(_ number: Int) { text += "\(number)" }

        mutating func appendInterpolation(_ markup: Markup) { text += markup.text }

        mutating func appendInterpolation(_ markup: [Markup]) {
            for part in markup { text += part.text }
        }

        /// Nothing where there is nothing.
        mutating func appendInterpolation(_ markup: Markup?) { text += markup?.text ?? "" }
    }

    static func + (left: Markup, right: Markup) -> Markup { Markup(trusted: left.text + right.text) }

    static func += (left: inout Markup, right: Markup) { left.text += right.text }

    var isEmpty: Bool { text.isEmpty }
}

extension Sequence<Markup> {
    func joined(separator: Markup = "") -> Markup {
        Markup(trusted: map(\.text).joined(separator: separator.text))
    }
}
