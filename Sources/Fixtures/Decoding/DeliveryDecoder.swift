/// Reads the keys that say how a reply goes over the wire: `informational`, `framing`, `malformed`, `bandwidth`.
struct DeliveryDecoder {
    static let keys: [ReplyKey] = [.informational, .framing, .malformed, .bandwidth]

    private enum FramingName: String, CaseIterable {
        case chunked
        case closeDelimited = "close-delimited"
    }

    func delivery(_ mapping: Mapping<ReplyKey>) -> Delivery {
        let malformation = mapping[.malformed]?.choice("malformation", of: Delivery.Malformation.self)
        let framing = mapping[.framing].flatMap(framing)
        if let malformation, malformation == .chunk || malformation == .lastChunk, let framing, framing != .chunked {
            mapping.error("a malformed \(malformation.rawValue) needs framing: chunked, or none", at: .framing)
        }
        return Delivery(
            informational: mapping[.informational].map(informational) ?? [], framing: framing,
            malformation: malformation, pace: mapping[.bandwidth].flatMap(pace))
    }

    /// 101 would change the protocol and is no interim answer.
    private func informational(_ value: Value) -> [Int] {
        let values = value.list("interim statuses such as [103]") ?? []
        if values.count > 100 { value.error("more than 100 interim responses") }
        return values.compactMap { value in
            guard let status = value.integer("an interim status", in: 100...199) else { return nil }
            if status == 101 { value.error("101 changes the protocol; it is no interim response") }
            return Int(status)
        }
    }

    private func framing(_ value: Value) -> Delivery.Framing? {
        guard value.isMapping else {
            switch value.choice("framing", of: FramingName.self) {
            case .chunked: return .chunked
            case .closeDelimited: return .closeDelimited
            case nil: return nil
            }
        }
        let length = value.mapping(of: FramingKey.self)?.required(.contentLength, "content-length: 10")
        guard let length else { return nil }
        let values = length.isList ? length.list("lengths") ?? [] : [length]
        if values.isEmpty { length.error("at least one length; for none write framing: close-delimited") }
        return .contentLength(
            values.compactMap { value in
                // The empty text too: a field without a value is one of the things that upstreams send.
                guard let scalar = value.scalar, scalar.isQuoted || !scalar.isNothing else {
                    value.expected("a length, or any text in its place")
                    return nil
                }
                guard Names.isFieldValue(scalar.text.utf8) else {
                    value.error("a header's value has no line ends and no control characters")
                    return nil
                }
                return scalar.text
            })
    }

    private func pace(_ value: Value) -> Pace? {
        let units: [(String, Int64)] = [("MB/s", 1_000_000), ("kB/s", 1000), ("B/s", 1)]
        let text = value.scalar?.text ?? ""
        for (unit, factor) in units where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.count).filter { $0 != " " }
            guard digits.utf8.allSatisfy(\.isDigit), let number = Int64(digits), number > 0, number <= 1_000_000
            else { break }
            return Pace(bytesPerSecond: number * factor)
        }
        value.expected("a bandwidth such as 500B/s, 10kB/s or 1MB/s")
        return nil
    }
}
