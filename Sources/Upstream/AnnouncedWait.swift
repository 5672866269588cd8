internal import Fixtures
internal import HTTPSemantics

/// The wait that a response announces, and the field that says it.
struct AnnouncedWait {
    /// When the wait is over; `nil` where none is announced or nobody can read it.
    private(set) var until: Instant?
    /// `nil`: no field says it.
    private var name: String?
    private var value = Value.raw("")
    /// Whether the response's own field of this name is left out.
    private var replacedName: String?

    private enum Value {
        /// ``until``.
        case instant(ValueFormat)
        case date(WallTime, HTTPDateForm)
        case raw(String)
    }

    static let none = AnnouncedWait()

    private static let retryAfter = "Retry-After"

    /// The refusal of a limit: the instant at which it opens, in the dialect's form. A limit that never opens, or of
    /// which nobody can say when, announces nothing.
    init(until instant: Instant?, hint: Dialect.Hint) {
        guard let instant else { return }
        until = instant
        name = hint.field
        value = .instant(hint.format)
        replacedName = hint.field
    }

    /// What a script says.
    ///
    /// - Parameter hint: the form of a wait where the response is a dialect's refusal. A dialect that announces in
    ///   no field still says the wait in its body. Dates and raw values are what they are, in Retry-After.
    init(_ script: RetryAfterScript, hint: Dialect.Hint?, sentAt sent: SendTime) {
        self.init()
        switch script {
        case .absent:
            replacedName = hint?.field ?? Self.retryAfter
        case .seconds(let duration):
            self = AnnouncedWait(
                until: sent.instant + duration, hint: hint ?? Dialect.Hint(field: Self.retryAfter, format: .seconds))
        case .date(let duration, let form):
            self = AnnouncedWait((sent.time + duration).roundedUpToSecond, form, hint, sent)
        case .dateAfterDate(let duration, let form):
            self = AnnouncedWait((sent.time.roundedDownToSecond + duration).roundedUpToSecond, form, hint, sent)
        case .raw(let text):
            self = AnnouncedWait(value: .raw(text), hint)
        }
    }

    /// The field as text.
    func field(sentAt sent: SendTime) -> (name: String, value: String)? {
        guard let name else { return nil }
        var text: [UInt8] = []
        append(to: &text, sentAt: sent)
        return (name, String(decoding: text, as: UTF8.self))
    }

    /// Appends the field that says it, if one does.
    func append(to fields: inout FieldBlock, sentAt sent: SendTime) {
        guard let name else { return }
        fields.append(name: name.utf8) { text in
            append(to: &text, sentAt: sent)
            return true
        }
    }

    private func append(to text: inout [UInt8], sentAt sent: SendTime) {
        switch value {
        case .instant(let format): if let until { format.append(until: until, sentAt: sent, to: &text) }
        case .date(let time, let form): HTTPDate.append(time, form: form, to: &text)
        case .raw(let raw): Escape.field.append(Array(raw.utf8), to: &text)
        }
    }

    /// Whether it stands in place of a response's own field with this name.
    func replaces(_ name: [UInt8]) -> Bool {
        guard let replaced = replacedName?.utf8, replaced.count == name.count else { return false }
        return replaced.elementsEqual(name) { $0.lowercasedASCII == $1.lowercasedASCII }
    }

    private init() {}

    private init(_ time: WallTime, _ form: HTTPDateForm, _ hint: Dialect.Hint?, _ sent: SendTime) {
        self.init(value: .date(time, form), hint)
        until = sent.wall.instant(at: time)
    }

    /// In the dialect's spelling of the name, if it uses this field at all.
    private init(value: Value, _ hint: Dialect.Hint?) {
        name = hint?.field.flatMap { $0.lowercased() == Self.retryAfter.lowercased() ? $0 : nil } ?? Self.retryAfter
        self.value = value
        replacedName = Self.retryAfter
    }
}

extension Dialect.Hint {
    /// The instant that a refusal announces; `nil` where nobody can say one, or none would help.
    ///
    /// - Parameter state: the limit that refused.
    func announced(by state: ReplyPlan.LimitState?, of plan: ReplyPlan, at now: Instant) -> Instant? {
        if plan.limits.contains(where: { $0.cause == .tooLarge }) { return nil }
        if case .constant(let wait) = source { return now + wait }
        guard var instant = plan.retryAt else { return nil }
        if source == .reset, let state { instant = max(instant, state.resetAt) }
        guard let lie else { return instant }
        let wait = max(.zero, instant - now)
        return switch lie {
        case .zero: now
        case .short: now + wait / 2
        case .long: now + wait * 2
        }
    }
}
