internal import HTTPSemantics

extension Condition {
    private static let longest = Duration.seconds(3660 * 86_400)

    /// Reads `when: { state: down, chance: 20 %, from: 10s, until: 25s }`.
    ///
    /// - Parameter states: the names of the fixture's states.
    init?(_ value: Value, states: [String]) {
        guard let mapping = value.mapping(of: ConditionKey.self) else { return nil }
        self.init(
            state: mapping[.state].flatMap { $0.state(of: states) },
            chance: mapping[.ramp].flatMap { Chance(ramp: $0) }
                ?? mapping[.chance]?.share("a chance").map { Chance($0) },
            request: RequestCondition.all(mapping),
            from: mapping[.from]?.duration("a time", in: .zero...Self.longest) ?? .zero,
            until: mapping[.until]?.duration("a time", in: .zero...Self.longest))
        if case .mapping(let entries) = value.node.content, entries.isEmpty {
            value.error("\"when\" without a condition always holds; write one of \(ConditionKey.names.listed())")
        }
        if mapping.has(.ramp), mapping.has(.chance) {
            mapping.error("either \"chance\" or \"ramp\", not both", at: .ramp)
        }
        if let until, until <= from { mapping.error("this ends before it begins, so it never holds", at: .until) }
    }
}

extension RequestCondition {
    /// Reads `header: { X-Mode: slow }`, `query: { page: "2" }` and `json: { /model: { contains: gpt } }`.
    fileprivate static func all(_ mapping: Mapping<ConditionKey>) -> [RequestCondition] {
        var conditions: [RequestCondition] = []
        for (name, place, value) in mapping[.header]?.entries("header names and values") ?? [] {
            if !Names.isToken(name) { place.error("\(name.quoted) is not a header's name") }
            if let test = Test(value) { conditions.append(RequestCondition(.header(name), test)) }
        }
        for (name, _, value) in mapping[.query]?.entries("query names and values") ?? [] {
            if let test = Test(value) { conditions.append(RequestCondition(.query(name), test)) }
        }
        for (name, place, value) in mapping[.json]?.entries("JSON Pointers and values") ?? [] {
            guard let pointer = Names.jsonPointer(name[...]) else {
                place.error("\(name.quoted) is not a JSON Pointer such as /model (RFC 6901)")
                continue
            }
            if let test = Test(value) { conditions.append(RequestCondition(.json(pointer: pointer), test)) }
        }
        return conditions
    }
}

extension RequestCondition.Test {
    /// A text means exactly that.
    fileprivate init?(_ value: Value) {
        guard value.isMapping else {
            guard let text = value.text("a value, or { contains: text }, or { present: false }") else { return nil }
            self = .equals(text)
            return
        }
        guard let mapping = value.mapping(of: RequestTestKey.self) else { return nil }
        let present = mapping.present(RequestTestKey.allCases)
        for key in present.dropFirst() { mapping.error("one test for one thing", at: key) }
        switch present.first {
        case .equals:
            guard let text = mapping[.equals]?.text("a value") else { return nil }
            self = .equals(text)
        case .contains:
            guard let text = mapping[.contains]?.text("a text") else { return nil }
            self = .contains(text)
        case .present:
            guard let truth = mapping[.present]?.truth() else { return nil }
            self = .present(truth)
        case nil:
            mapping.missing("a test needs one of \(RequestTestKey.names.listed())")
            return nil
        }
    }
}

extension Chance {
    /// Reads `{ from: 0 %, to: 50 %, over: 1m }`.
    fileprivate init?(ramp value: Value) {
        guard let mapping = value.mapping(of: RampKey.self) else { return nil }
        let start = mapping[.from].map { $0.share("a chance") } ?? 0
        let end = mapping.required(.to, "to: 50 %")?.share("a chance")
        let over = mapping.required(.over, "over: 1m")?
            .duration("a time", in: .milliseconds(1) ... .seconds(3660 * 86_400))
        guard let start, let end, let over else { return nil }
        self.init(from: start, to: end, over: over)
    }
}

extension Value {
    /// The position of a state that the fixture has.
    func state(of states: [String]) -> Int? {
        guard let name = text("a state") else { return nil }
        guard let position = states.firstIndex(of: name) else {
            let suggestion = Suggestion.phrase(for: name, among: states)
            let list =
                states.isEmpty
                ? "; name them at the top: states: [healthy, \(name)]" : "; the fixture has \(states.listed("and"))"
            error("unknown state \(name.quoted)\(suggestion.isEmpty ? list : suggestion)")
            return nil
        }
        return position
    }

    /// A share such as `20 %` or `0.5%`, in millionths.
    func share(_ what: String) -> Int? {
        guard let text = scalar?.text, text.last == "%" else {
            expected("\(what) such as 20 %, 0 % to 100 %")
            return nil
        }
        var digits = text.dropLast()
        while digits.last == " " { digits.removeLast() }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard parts[0].utf8.allSatisfy(\.isDigit), fraction.utf8.allSatisfy(\.isDigit),
            (1...4).contains(fraction.count),
            let whole = Int(parts[0]), let rest = Int(fraction + String(repeating: "0", count: 4 - fraction.count))
        else {
            error("\(node.description) is no share; write one such as 20 % or 0.5 %, with at most four decimals")
            return nil
        }
        guard whole < 100 || (whole == 100 && rest == 0) else {
            error("\(node.description) is out of range: \(what) is 0 % to 100 %")
            return nil
        }
        return whole * 10_000 + rest
    }
}
