internal import Fixtures
internal import HTTPSemantics

/// The wait that a response announces, and the field that says it.
struct AnnouncedWait {
    /// When the wait is over; `nil` where none is announced or nobody can read it.
    var until: Instant?
    var field: (name: String, value: String)?
    /// Whether the response's own field of this name is left out.
    private var replacedName: String?

    static let none = AnnouncedWait()

    private static let retryAfter = "Retry-After"

    /// The refusal of a limit: the instant at which it opens, in the dialect's form. A limit that never opens, or of
    /// which nobody can say when, announces nothing.
    init(until instant: Instant?, hint: Dialect.Hint, sentAt sent: SendTime) {
        guard let instant else { return }
        until = instant
        field = hint.field.map { ($0, hint.format.text(until: instant, sentAt: sent)) }
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
                until: sent.instant + duration, hint: hint ?? Dialect.Hint(field: Self.retryAfter, format: .seconds),
                sentAt: sent)
        case .date(let duration, let form):
            self = AnnouncedWait((sent.time + duration).roundedUpToSecond, form, hint, sent)
        case .dateAfterDate(let duration, let form):
            self = AnnouncedWait((sent.time.roundedDownToSecond + duration).roundedUpToSecond, form, hint, sent)
        case .raw(let text):
            self = AnnouncedWait(value: text, hint)
        }
    }

    func replaces(_ field: FieldTemplate) -> Bool { replacedName.map { field.isNamed($0.utf8) } ?? false }

    func replaces(_ name: [UInt8]) -> Bool {
        replacedName.map { $0.utf8.elementsEqual(name) { $0.lowercasedASCII == $1.lowercasedASCII } } ?? false
    }

    private init() {}

    private init(_ time: WallTime, _ form: HTTPDateForm, _ hint: Dialect.Hint?, _ sent: SendTime) {
        self.init(value: HTTPDate.format(time, form: form), hint)
        until = sent.wall.instant(at: time)
    }

    /// In the dialect's spelling of the name, if it uses this field at all.
    private init(value: String, _ hint: Dialect.Hint?) {
        let spelling = hint?.field.flatMap { $0.lowercased() == Self.retryAfter.lowercased() ? $0 : nil }
        field = (spelling ?? Self.retryAfter, value)
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
        let wait = max(.zero, instant - now)
        return switch lie {
        case .zero: now
        case .short: now + wait / 2
        case .long: now + wait * 2
        case nil: instant
        }
    }
}
