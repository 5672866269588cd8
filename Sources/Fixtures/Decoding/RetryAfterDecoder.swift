internal import HTTPSemantics

/// Reads every form of `retry-after:`.
struct RetryAfterDecoder {
    /// Beyond ten years nobody waits, and dates keep four digits.
    private static let bounds = Duration.zero...Duration.seconds(3660 * 86_400)
    private static let dateBounds = Duration.seconds(-3660 * 86_400)...Duration.seconds(3660 * 86_400)
    private static let example = "a duration such as 2s, { date: 3s }, { raw: \"soon\" } or none"

    func retryAfter(_ value: Value) -> RetryAfterScript? {
        if value.isMapping { return value.mapping(of: RetryAfterKey.self).flatMap(mapping) }
        guard let scalar = value.scalar, !scalar.isNothing else {
            value.expected(Self.example)
            return nil
        }
        switch scalar.text {
        case "none": return .absent
        case "auto":
            value.error("\"auto\" is what limits' refusals announce; a scripted reply says \(Self.example)")
            return nil
        default: break
        }
        guard scalar.isNumber || DurationText.parse(scalar.text, negative: true) != nil else {
            value.expected(Self.example)
            return nil
        }
        return value.duration("a wait", in: Self.bounds).map { .seconds($0) }
    }

    private func mapping(_ mapping: Mapping<RetryAfterKey>) -> RetryAfterScript? {
        let present = mapping.present([.date, .raw])
        if present.count == 2 {
            mapping.error("either \"date\" or \"raw\", not both", at: .raw)
            return nil
        }
        if let raw = mapping[.raw] { return self.raw(raw, mapping) }
        if mapping.has(.raw) { return nil }
        guard let date = mapping.required(.date, "date: 3s") else { return nil }
        let form = mapping[.form]?.choice("form of a date", of: HTTPDateForm.self) ?? .imfFixdate
        if date.isMapping {
            return date.mapping(of: AfterDateKey.self)?.required(.afterDate, "after-date: 3s")?
                .duration("a time after the Date field", in: Self.dateBounds).map { .dateAfterDate($0, form: form) }
        }
        return date.duration("a time from now", in: Self.dateBounds).map { .date($0, form: form) }
    }

    private func raw(_ value: Value, _ mapping: Mapping<RetryAfterKey>) -> RetryAfterScript? {
        if mapping.has(.form) { mapping.error("\"form\" is for a date", at: .form) }
        guard let scalar = value.scalar, !scalar.isNothing || value.node.parameter != nil else {
            value.expected("the field's value")
            return nil
        }
        guard Names.isFieldValue(scalar.text.utf8) else {
            value.error("a header's value has no line ends and no control characters")
            return nil
        }
        return .raw(scalar.text)
    }
}
