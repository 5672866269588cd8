internal import HTTPSemantics

extension Fault {
    private static let example = "a point such as request, headers, 100 B or 50 %"
    private static let points = [
        "request-headers", "request", "request 100 B", "headers 50 %", "headers", "100 B", "50 %",
    ]

    /// Reads `{ after: request, then: reset }`.
    init?(_ value: Value) {
        guard let mapping = value.mapping(of: FaultKey.self) else { return nil }
        let point = mapping.required(.after, "after: request").flatMap(Self.point)
        let action = mapping.required(.then, "then: reset")?.choice("fault", of: Action.self)
        var pace = Pace.trickle
        if let every = mapping[.every]?.duration("a time between pieces", in: .milliseconds(1) ... .seconds(3600)) {
            pace.every = every
        }
        if let bytes = mapping[.bytes]?.integer("a number of bytes", in: 1...1_000_000) { pace.bytes = Int(bytes) }
        guard let point, let action else { return nil }
        if action != .trickle {
            for key in mapping.present([.every, .bytes]) {
                mapping.error("\"\(key.rawValue)\" is for then: trickle", at: key)
            }
        } else if point.isWithinRequest {
            mapping.error("a response trickles; this point is before it. Write after: request for all of it", at: .then)
        }
        if action == .reply, !point.isWithinRequest {
            mapping.error(
                "a reply ahead of the request's end needs a point in it, such as after: request 1000 B", at: .after)
        }
        self.init(point: point, action: action, pace: pace)
    }

    private static func point(_ value: Value) -> Point? {
        guard let text = value.text(example) else { return nil }
        var words = text.split(separator: " ")[...]
        let first = words.first ?? ""
        switch first {
        case "request-headers", "request", "headers": words.removeFirst()
        default: break
        }
        guard let amount = Amount(words.joined()) else {
            return unknown(text, value)
        }
        switch (first, amount) {
        case ("request-headers", .everything): return .requestHeaders
        case ("request", .everything): return .request
        case ("request", .bytes(let count)): return .requestBytes(count)
        case ("headers", .everything): return .headers
        case ("headers", .percent(let percent)) where percent > 0: return .headers(percent: percent)
        case ("request-headers", _), ("request", _), ("headers", _): return unknown(text, value)
        case (_, .bytes(let count)): return .bytes(count)
        case (_, .percent(let percent)): return .percent(percent)
        case (_, .everything): return unknown(text, value)
        }
    }

    private static func unknown(_ text: String, _ value: Value) -> Point? {
        let suggestion = Suggestion.phrase(for: text, among: points)
        value.error(
            "unknown point \(value.node.description)\(suggestion.isEmpty ? "; it is \(points.listed())" : suggestion)")
        return nil
    }

    /// What stands behind the name of a message or alone.
    private enum Amount {
        case everything
        case bytes(Int)
        case percent(Int)

        init?(_ text: String) {
            if text.isEmpty {
                self = .everything
            } else if text.hasSuffix("B"), let count = Self.number(text.dropLast()), count <= 1 << 30 {
                self = .bytes(count)
            } else if text.hasSuffix("%"), let percent = Self.number(text.dropLast()), percent <= 100 {
                self = .percent(percent)
            } else {
                return nil
            }
        }

        private static func number(_ text: Substring) -> Int? {
            text.utf8.allSatisfy(\.isDigit) ? Int(text) : nil
        }
    }
}
