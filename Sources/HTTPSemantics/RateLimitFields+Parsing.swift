import RawStructuredFieldValues

extension RateLimitFields {
    /// -08 to -11: `"default";r=50;t=30`. nil if malformed.
    static func namedLimits(_ value: String) -> [Limit]? {
        guard let items = list(value) else { return nil }
        var limits: [Limit] = []
        for item in items {
            guard case .string(let name) = item.rfc9651BareItem, let remaining = item.count("r") else { return nil }
            let reset = item.optionalCount("t")
            guard !reset.isMalformed else { return nil }
            limits.append(Limit(policy: name, remaining: remaining, reset: reset.value.map { .seconds($0) }))
        }
        return limits
    }

    /// -07: `limit=100, remaining=50, reset=5`. nil if malformed.
    static func dictionaryLimit(_ value: String) -> Limit? {
        var parser = StructuredFieldValueParser(Array(value.utf8))
        guard let dictionary = try? parser.parseDictionaryFieldValue(), let quota = dictionary.count("limit"),
            let remaining = dictionary.count("remaining"), let reset = dictionary.count("reset")
        else { return nil }
        return Limit(quota: quota, remaining: remaining, reset: .seconds(reset))
    }

    /// -03 to -06: three fields of their own. The quota of -03 may be followed by its policies.
    static func separateLimit(_ fields: FieldBlock) -> Limit? {
        guard let remaining = fields["RateLimit-Remaining"].flatMap(wholeNumber) else { return nil }
        return Limit(
            quota: fields.combined("RateLimit-Limit").flatMap(list)?.first?.number, remaining: remaining,
            reset: fields["RateLimit-Reset"].flatMap(wholeNumber).map { .seconds($0) })
    }

    static func unofficialLimit(_ fields: FieldBlock, received: WallTime) -> Limit? {
        for prefix in ["X-RateLimit-", "X-Rate-Limit-"] {
            guard let remaining = fields[prefix + "Remaining"].flatMap(wholeNumber) else { continue }
            return Limit(
                quota: fields[prefix + "Limit"].flatMap(wholeNumber), remaining: remaining,
                reset: fields[prefix + "Reset"].flatMap { reset($0, received: received) })
        }
        return nil
    }

    /// Policies of every draft: `100;w=60` (-03 to -07) and `"burst";q=100;w=60` (-08 and later). Empty if malformed.
    static func policies(_ value: String?, afterFirst: Bool = false) -> [Policy] {
        guard let items = value.flatMap(list) else { return [] }
        var policies: [Policy] = []
        for item in items.dropFirst(afterFirst ? 1 : 0) {
            let window = item.optionalCount("w")
            guard !window.isMalformed else { return [] }
            let length = window.value.map { Duration.seconds($0) }
            if case .string(let name) = item.rfc9651BareItem, let quota = item.count("q") {
                policies.append(Policy(name: name, quota: quota, window: length, unit: item.text("qu")))
            } else if let quota = item.number {
                policies.append(Policy(name: item.text("name"), quota: quota, window: length, unit: nil))
            } else {
                return []
            }
        }
        return policies
    }

    /// Seconds from now, or a time since 1970 in seconds or milliseconds, told apart by their size.
    private static func reset(_ value: String, received: WallTime) -> Duration? {
        guard let number = wholeNumber(value) else { return DurationText.parse(value) }
        if number < 1_000_000_000 { return .seconds(number) }
        let time =
            number < 1_000_000_000_000
            ? WallTime(secondsSinceEpoch: number)
            : WallTime(secondsSinceEpoch: number / 1000, nanoseconds: Int32(number % 1000) * 1_000_000)
        return max(.zero, time - received)
    }

    private static func wholeNumber(_ text: String) -> Int64? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int64(text) : nil
    }

    /// The items of a structured list; nil if it is malformed, empty or has inner lists.
    private static func list(_ value: String) -> [Item]? {
        var parser = StructuredFieldValueParser(Array(value.utf8))
        guard let members = try? parser.parseListFieldValue(), !members.isEmpty else { return nil }
        var items: [Item] = []
        for member in members {
            guard case .item(let item) = member else { return nil }
            items.append(item)
        }
        return items
    }
}

extension FieldBlock {
    /// All lines of a field as one list value (RFC 9110 section 5.2); nil if there is none.
    func combined(_ name: String) -> String? {
        let values = values(of: name)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }
}

extension Item {
    fileprivate var number: Int64? {
        guard case .integer(let value) = rfc9651BareItem, value >= 0 else { return nil }
        return value
    }

    fileprivate func count(_ key: String) -> Int64? { optionalCount(key).value }

    /// A parameter that must be a whole number, zero or more, if it is there.
    fileprivate func optionalCount(_ key: String) -> (value: Int64?, isMalformed: Bool) {
        switch rfc9651Parameters[key] {
        case nil: (nil, false)
        case .integer(let value)? where value >= 0: (value, false)
        default: (nil, true)
        }
    }

    fileprivate func text(_ key: String) -> String? {
        switch rfc9651Parameters[key] {
        case .string(let text)?, .token(let text)?: text
        default: nil
        }
    }
}

extension OrderedMap where Key == String, Value == ItemOrInnerList {
    fileprivate func count(_ key: String) -> Int64? {
        guard case .item(let item)? = self[key] else { return nil }
        return item.number
    }
}
