/// Durations as people write them: `250ms`, `2s`, `1m30s`, `24h`, `1.5s`.
public enum DurationText {
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("us", 1000), ("ns", 1),
    ]

    /// Reads a duration: numbers with units, the larger units first, each unit at most once, a fraction in the last
    /// number only. Units are `d`, `h`, `m`, `s`, `ms`, `us` and `ns`; only zero may stand without one.
    ///
    /// nil for everything else, for a fraction of a nanosecond and for what 64 bits of nanoseconds cannot hold.
    /// - Parameter negative: whether a leading `-` is allowed.
    public static func parse(_ text: some StringProtocol, negative: Bool = false) -> Duration? {
        if text == "0" { return .zero }
        var rest = Substring(text)
        let isNegative = negative && rest.first == "-"
        if isNegative { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        var smallest = units.startIndex
        var hadFraction = false
        while !rest.isEmpty {
            guard !hadFraction else { return nil }
            let whole = takeDigits(&rest)
            var fraction = Substring()
            if rest.first == "." {
                rest.removeFirst()
                fraction = takeDigits(&rest)
                hadFraction = true
                guard !fraction.isEmpty else { return nil }
            }
            let name = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(name.count)
            guard !whole.isEmpty, let index = units[smallest...].firstIndex(where: { $0.name == name }),
                let length = nanoseconds(whole: whole, fraction: fraction, unit: units[index].nanoseconds)
            else { return nil }
            smallest = index + 1
            let (sum, overflow) = total.addingReportingOverflow(length)
            guard !overflow else { return nil }
            total = sum
        }
        return .nanoseconds(isNegative ? -total : total)
    }

    private static func takeDigits(_ rest: inout Substring) -> Substring {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(digits.count)
        return digits
    }

    private static func nanoseconds(whole: Substring, fraction: Substring, unit: Int64) -> Int64? {
        guard let whole = Int64(whole), fraction.count <= 18, let parts = Int128(fraction.isEmpty ? "0" : fraction)
        else { return nil }
        let scale = (0..<fraction.count).reduce(Int128(1)) { power, _ in power * 10 }
        let (length, remainder) = (parts * Int128(unit)).quotientAndRemainder(dividingBy: scale)
        guard remainder == 0 else { return nil }
        return Int64(exactly: Int128(whole) * Int128(unit) + length)
    }
}
