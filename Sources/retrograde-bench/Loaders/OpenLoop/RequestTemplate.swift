/// A request whose `{key}` is a number that counts up, and whose `{stamp}` says when it was sent.
struct RequestTemplate {
    private(set) var bytes: [UInt8]
    private let key: Range<Int>?
    private let stamp: Range<Int>?
    /// After so many, keys begin again with 0.
    let keys: Int

    init(target: String, fields: [String], keys: Int) {
        let text = String(decoding: Request.get(target, fields: fields), as: UTF8.self)
        // The longer one first: what stands behind it moves.
        let (withStamp, stamp) = Self.replace("{stamp}", digits: 19, in: text)
        let (withKey, key) = Self.replace("{key}", digits: 7, in: withStamp)
        bytes = Array(withKey.utf8)
        self.key = key
        self.stamp = stamp.map { $0.lowerBound < key?.lowerBound ?? .max ? $0 : $0.lowerBound + 2..<$0.upperBound + 2 }
        self.keys = keys
    }

    /// - Parameter now: nanoseconds of CLOCK_REALTIME, where the template asks for them.
    mutating func fill(number: Int, now: () -> Int64) {
        if let key { write(number % keys, into: key) }
        if let stamp { write(Int(now()), into: stamp) }
    }

    private mutating func write(_ number: Int, into range: Range<Int>) {
        var rest = number
        for position in range.reversed() {
            bytes[position] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }

    private static func replace(_ name: String, digits: Int, in text: String) -> (String, Range<Int>?) {
        guard let place = text.firstRange(of: name) else { return (text, nil) }
        let start = text[..<place.lowerBound].utf8.count
        return (text.replacing(name, with: String(repeating: "0", count: digits)), start..<start + digits)
    }
}
