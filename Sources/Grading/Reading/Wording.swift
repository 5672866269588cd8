/// How numbers are written for people.
enum Wording {
    /// `2.000 s`.
    static func seconds(_ value: Double) -> String { "\(decimal(value, places: 3)) s" }

    /// `588 ms`, and from ten seconds on `12.3 s`.
    static func span(_ value: Double) -> String {
        abs(value) >= 10 ? "\(decimal(value, places: 1)) s" : "\(decimal(value * 1000, places: 0)) ms"
    }

    /// `2 s` for whole seconds, else `2.5 s` or `250 ms`.
    static func wait(_ value: Double) -> String {
        if abs(value) < 1 { return "\(decimal(value * 1000, places: 0)) ms" }
        return value == value.rounded() ? "\(decimal(value, places: 0)) s" : "\(decimal(value, places: 1)) s"
    }

    /// `12 %`.
    static func percent(_ share: Double) -> String { "\(decimal(share * 100, places: 0)) %" }

    /// A number with a fixed count of decimals, rounded to nearest.
    static func decimal(_ value: Double, places: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        let scale = (0..<places).reduce(1.0) { product, _ in product * 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e18 else { return "\(value)" }
        let digits = String(Int64(scaled))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return sign + padded.dropLast(places) + "." + padded.suffix(places)
    }

    /// `one request`, `3 requests`.
    static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "one \(noun)" : "\(number) \(noun.pluralised)"
    }

    /// `2 of 3 runs`, `1 of 1 run`.
    static func share(_ part: Int, of total: Int, _ noun: String) -> String {
        "\(part) of \(total) \(total == 1 ? noun : noun.pluralised)"
    }

    /// `a`, `a and b`, `a, b and c`.
    static func list(_ items: [String]) -> String {
        guard let last = items.last else { return "" }
        return items.count == 1 ? last : items.dropLast().joined(separator: ", ") + " and " + last
    }

    /// How a process ended: `it exited with 22`.
    static func ending(_ ending: Run.Ending) -> String {
        switch ending {
        case .exited(let code): "it exited with \(code)"
        case .signalled(let signal): "signal \(signal) ended it"
        case .timeUp: "it was still running"
        case .noRequest: "it sent no request"
        case .tooManyRequests: "it sent more than 1,000 requests"
        }
    }

    /// `asked 2.000 s, waited 1.412 s, 588 ms early`.
    static func asked(_ asked: Double, waited: Double) -> String {
        let difference = waited - asked
        let judgement =
            difference < 0
            ? "\(span(-difference)) early" : difference < 0.0005 ? "on time" : "\(span(difference)) later"
        return "asked \(seconds(asked)), waited \(seconds(waited)), \(judgement)"
    }
}

extension String {
    fileprivate var pluralised: String {
        if hasSuffix("retry") || hasSuffix("reply") { return dropLast() + "ies" }
        if hasSuffix("s") { return self + "es" }
        if hasSuffix("index") { return dropLast(2) + "ices" }
        return self + "s"
    }
}
