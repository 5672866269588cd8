internal import Backoff
internal import HTTPSemantics

/// One attempt as a line: `429 Too Many Requests · Retry-After 2 s · waiting 2.1 s (attempt 1 of 5)`.
struct AttemptLine {
    let attempts: Int

    init(of attempts: Int) { self.attempts = attempts }

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
        return "\(parts.joined(separator: " · ")) (attempt \(attempt.number) of \(attempts))"
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
