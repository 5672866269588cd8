/// Numbers and marks of the drawings.
///
/// Places on the time axis are percentages, so that a drawing is as wide as the page lets it be while its text and its
/// marks keep their size.
enum SVG {
    /// A number with at most two decimals.
    static func number(_ value: Double) -> String {
        var text = Decimal.text(value, places: 2)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text.isEmpty || text == "-" ? "0" : text
    }

    /// A share of the width.
    static func percent(_ share: Double) -> String { number(100 * min(max(share, 0), 1)) + "%" }

    /// A time as a reader says it: `588 ms`, `1.41 s`, `12.0 s`, `24 h`.
    static func seconds(_ value: Double) -> String {
        let size = abs(value)
        if size < 0.9995 { return "\(Decimal.text(value * 1000, places: size < 0.00995 ? 1 : 0)) ms" }
        if size < 9.995 { return "\(Decimal.text(value, places: 2)) s" }
        if size < 600 { return "\(Decimal.text(value, places: 1)) s" }
        let units: [(name: String, seconds: Double)] = [("min", 60), ("h", 3_600), ("days", 86_400)]
        let unit = units.last { size >= 2 * $0.seconds } ?? units[0]
        return size > 3e10 ? "more than 1,000 years" : "\(Decimal.text(value / unit.seconds, places: 0)) \(unit.name)"
    }

    /// A shape at a place of the time axis.
    static func mark(_ shape: Shape, at share: Double, y: Double) -> Markup {
        """
        <svg class="mark \(shape.rawValue)" x="\(percent(share))" y="\(number(y))" overflow="visible">\(shape.path)</svg>
        """
    }

    /// Each has an outline of its own, so that they are told apart without colours.
    enum Shape: String, CaseIterable {
        /// A ring.
        case free
        /// A triangle that points back in time.
        case early
        /// A disc.
        case prompt
        /// A diamond.
        case late

        var path: Markup {
            switch self {
            case .free: "<circle r=\"4.5\"/>"
            case .early: "<path d=\"M-7 0L5 -7V7Z\"/>"
            case .prompt: "<circle r=\"5\"/>"
            case .late: "<path d=\"M0 -7L7 0L0 7L-7 0Z\"/>"
            }
        }
    }
}
