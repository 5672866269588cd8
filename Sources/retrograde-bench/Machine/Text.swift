extension Double {
    /// With so many decimals.
    func text(_ decimals: Int = 0) -> String {
        guard isFinite else { return "–" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int((magnitude * scale).rounded())
        let whole = scaled / Int(scale)
        let sign = self < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + whole.grouped }
        let rest = String(scaled % Int(scale))
        return "\(sign)\(whole.grouped).\(String(repeating: "0", count: decimals - rest.count))\(rest)"
    }
}

extension Int {
    /// With commas between thousands.
    var grouped: String {
        var text = ""
        for (position, digit) in String(magnitude).reversed().enumerated() {
            if position > 0, position.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return (self < 0 ? "-" : "") + String(text.reversed())
    }
}

extension String {
    /// What stands between the first occurrence of one text and the next one of another.
    func between(_ start: String, _ end: String) -> String? {
        guard let start = firstRange(of: start) else { return nil }
        let rest = self[start.upperBound...]
        guard let end = rest.firstRange(of: end) else { return nil }
        return String(rest[..<end.lowerBound])
    }

    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}
