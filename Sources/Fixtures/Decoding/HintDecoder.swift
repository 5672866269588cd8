/// Reads `hint:` of a refusal: `none`, or which field announces the wait, what it announces and how it is written.
struct HintDecoder {
    let response: ResponseDecoder

    private static let bounds = Duration.zero...Duration.seconds(3660 * 86_400)

    func hint(_ value: Value) -> Dialect.Hint? {
        if value.scalar?.text == "none" { return Dialect.Hint(field: nil) }
        guard let mapping = value.mapping(of: HintKey.self) else { return nil }
        var hint = Dialect.Hint()
        if let field = mapping[.header], let name = field.text("a header's name") {
            if name == "none" {
                hint.field = nil
                if mapping.has(.format) { mapping.error("\"format\" has no use without a header", at: .format) }
            } else {
                guard response.isAllowed(name, at: field) else { return nil }
                hint.field = name
            }
        }
        hint.format = mapping[.format].flatMap(format) ?? .seconds
        hint.source = mapping[.from].flatMap(source) ?? .retry
        hint.lie = mapping[.lie]?.choice("lie", of: Dialect.Hint.Lie.self)
        if hint.lie != nil, case .constant = hint.source {
            mapping.error("a constant wait is what it is; \"lie\" changes the true one", at: .lie)
        }
        return hint
    }

    private func format(_ value: Value) -> ValueFormat? {
        guard let format = value.choice("format", of: ValueFormat.self) else { return nil }
        guard ValueFormat.waits.contains(format) else {
            value.error(
                "a wait has no format \"\(format.rawValue)\"; it is \(ValueFormat.waits.map(\.rawValue).listed())")
            return nil
        }
        return format
    }

    /// `retry`, `reset`, or a duration that is always announced.
    private func source(_ value: Value) -> Dialect.Hint.Source? {
        switch value.scalar?.text {
        case "retry": return .retry
        case "reset": return .reset
        case let text? where text.utf8.first?.isDigit == true:
            return value.duration("a wait", in: Self.bounds).map { .constant($0) }
        default:
            value.expected("retry, reset or a duration such as 30s")
            return nil
        }
    }
}
