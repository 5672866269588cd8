internal import HTTPSemantics
internal import Upstream

/// A request to the control API, taken apart.
struct ControlRequest: Sendable {
    let method: String
    /// Between the slashes, percent-decoded.
    let segments: [String]
    let query: [(name: String, value: String)]
    let fields: FieldBlock
    let body: [UInt8]
    /// What the path has for the names in the route's pattern.
    var parameters: [String: String] = [:]

    /// `nil` where the target is not a path that this API could have.
    init?(_ request: UpstreamRequest) {
        method = request.method
        fields = request.fields
        body = request.body
        let parts = request.target.split(
            separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first, path.first == UInt8(ascii: "/") else { return nil }
        let decoded = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map(Self.percentDecoded)
        segments = decoded.compactMap(\.self)
        guard segments.count == decoded.count else { return nil }
        query = (parts.count > 1 ? parts[1] : []).split(separator: UInt8(ascii: "&")).compactMap { pair in
            let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.percentDecoded(sides[0]) else { return nil }
            return (name, sides.count > 1 ? Self.percentDecoded(sides[1]) ?? "" : "")
        }
    }

    /// A non-negative integer in the query, or what stands for it.
    func integer(_ name: String, otherwise: UInt64) throws(ControlError) -> UInt64 {
        guard let text = query.first(where: { $0.name == name })?.value else { return otherwise }
        guard let value = UInt64(text) else {
            throw .invalidParameter("\(name) must be a non-negative integer")
        }
        return value
    }

    /// A duration in the query, at most ten minutes; zero where there is none.
    func duration(_ name: String) throws(ControlError) -> Duration {
        guard let text = query.first(where: { $0.name == name })?.value else { return .zero }
        guard let value = DurationText.parse(text), value <= .seconds(600) else {
            throw .invalidParameter("\(name) must be a duration such as 250ms or 2s, at most 10m")
        }
        return value
    }

    private static func percentDecoded(_ text: ArraySlice<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16), value >= 0x20 else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
