extension [UInt8] {
    /// Appends a number as decimal digits, without making a text of it first.
    package mutating func append(decimal number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(digits: number.magnitude, atLeast: 1)
    }

    /// Appends the digits of a number, with zeros before it where it has fewer than `width`.
    package mutating func append(digits number: UInt64, atLeast width: Int) {
        var (count, limit) = (1, number / 10)
        while limit > 0 { (count, limit) = (count + 1, limit / 10) }
        for _ in 0..<Swift.max(0, width - count) { append(UInt8(ascii: "0")) }
        let start = self.count
        for _ in 0..<count { append(UInt8(ascii: "0")) }
        var rest = number
        for position in (start..<start + count).reversed() {
            self[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
