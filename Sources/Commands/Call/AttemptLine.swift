internal import Backoff
internal import HTTPSemantics
internal import HTTPTypes

/// One attempt as a line: `429 Too Many Requests · Retry-After 2 s · waiting 2.1 s (attempt 1 of 5)`.
struct AttemptLine {
    let attempts: Int
    /// Whether it also says when the attempt began and how long it took.
    let isVerbose: Bool

    init(of attempts: Int, isVerbose: Bool = false) {
        self.attempts = attempts
        self.isVerbose = isVerbose
    }

    func text(_ attempt: Attempt) -> String {
        var parts: [String] = []
        switch attempt.outcome {
        case .response(let status): parts.append(ReasonPhrase.line(status))
        case .failure(let failure): parts.append(failure.rawValue)
        }
        if let announced = announcement(attempt) { parts.append(announced) }
        switch attempt.decision {
        case .finish: break
        case .wait(let wait, _): parts.append("waiting \(DurationText.human(wait))")
        case .giveUp(let reason): parts.append("gave up: \(reason)")
        }
        let line = "\(parts.joined(separator: " · ")) (attempt \(attempt.number) of \(attempts))"
        guard isVerbose else { return line }
        let began = Decimal.text((attempt.started - .zero).inSeconds, places: 3)
        return "\(began) s  \(line), took \(DurationText.human(attempt.elapsed))"
    }

    /// The head of a response, as it came but for the spelling of names.
    static func fields(of response: HTTPResponse) -> String {
        let lines = response.headerFields.map { "< \($0.name.rawName): \(Printable.text($0.value))" }
        return (["< \(ReasonPhrase.line(response.status.code))"] + lines).joined(separator: "\n")
    }

    private func announcement(_ attempt: Attempt) -> String? {
        switch attempt.retryAfter {
        case nil: return nil
        case .delay(let seconds)?: return "Retry-After \(DurationText.human(.seconds(seconds)))"
        case .date(let time, let form)?:
            let date = HTTPDate.format(time, form: form)
            guard case .wait(_, .announced(let wait)) = attempt.decision else { return "Retry-After \(date)" }
            return "Retry-After \(date), in \(DurationText.human(wait))"
        case .malformed(let reason)?: return "Retry-After unusable: \(reason)"
        }
    }
}
