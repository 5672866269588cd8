import Backoff
import HTTPSemantics
import Simulation

extension Mutant {
    /// What clients do wrong with a wait that is announced.
    static let announcements: [Mutant] = [
        Mutant(
            // Of a date a few seconds ahead a fifth is less than the second that RD-01 forgives.
            "early", "Comes back a fifth earlier than announced.",
            turns: .fail("RA-01", "RA-03", "RA-04", "RA-05", "RL-02", "RL-04").lost("RA-02", "RD-04", "HD-02"),
            may: ["QE-01", "QE-02"]
        ) { $0.changeAnnounced { announced, _ in announced * 4 / 5 } },
        Mutant(
            "deaf", "Never reads Retry-After.",
            turns: .fail("RA-01", "RA-03", "RA-05", "RD-01", "MV-03", "RL-02", "RL-04").lost(
                "RA-02", "RD-02", "RD-04", "HD-02"),
            may: ["QE-01", "QE-02"]
        ) { behaviour in
            behaviour.policy.retryAfter = .ignored
            behaviour.hear = { outcome, _ in outcome.setRetryAfter(nil) }
        },
        Mutant(
            "jitter-below", "Draws between half of the announced wait and the whole.",
            turns: .fail("RA-01", "RA-03", "RA-04", "RA-05", "RD-01", "RL-02", "RL-04").lost(
                "RA-02", "RD-02", "RD-04", "HD-02"),
            may: ["QE-01", "QE-02"]
        ) {
            $0.changeAnnounced { announced, generator in
                announced * Double.random(in: 0.5...1, using: &generator)
            }
        },
        Mutant(
            "oversleeps", "Waits four times as long as announced.", turns: .fail("RA-02", "QE-02"),
            may: ["HD-02"]
        ) { behaviour in
            behaviour.changeAnnounced { announced, _ in announced * 4 }
            behaviour.hear = { outcome, _ in outcome.stretchRateLimit() }
        },
        Mutant(
            "shortens", "Cuts every announced wait to half a minute.", turns: .fail("MV-03"), may: ["HD-02"]
        ) {
            $0.policy.retryAfter = .honoured(ceiling: .seconds(Int64.max))
            $0.changeAnnounced { announced, _ in min(announced, .seconds(30)) }
        },
        Mutant(
            "impatient", "Takes its own delays where the announced wait is longer than a minute.",
            turns: .fail("MV-03")
        ) { behaviour in
            behaviour.hear = { outcome, moment in
                if case .delay(let seconds) = moment.retryAfter, seconds > 60 { outcome.setRetryAfter(nil) }
            }
        },
        Mutant(
            "overflows", "Keeps seconds in 32 bits: a longer wait is none.", turns: .fail("MV-03")
        ) { behaviour in
            behaviour.decide = { decision, moment, _ in
                guard case .delay(let seconds) = moment.retryAfter, seconds > Int32.max else { return }
                decision = .wait(.milliseconds(1), .backoff)
            }
        },
    ]

    /// What they do wrong where several waits are announced, or a wait that is none.
    static let secondThoughts: [Mutant] = [
        Mutant("first-wait", "Goes by the first wait that it was told, for ever.", turns: .fail("RA-03")) { behaviour in
            behaviour.decide = { decision, moment, _ in
                guard case .wait(_, .announced(let announced)) = decision, let before = moment.announcedBefore else {
                    return
                }
                decision = .wait(before, .announced(min(announced, before)))
            }
        },
        Mutant("hasty-redirects", "Follows a redirect at once, whatever wait it asks for.", turns: .fail("RA-05")) {
            behaviour in
            behaviour.decide = { decision, moment, _ in
                if case .wait = decision, let status = moment.status, status < 400 { decision = .wait(.zero, .backoff) }
            }
        },
        Mutant("zero-is-now", "Comes back at once when told to, eight times.", turns: .fail("MV-02"), may: ["AM-01"]) {
            behaviour in
            behaviour.policy.attempts = 8
            behaviour.decide = { decision, moment, _ in
                guard case .delay(seconds: 0) = moment.retryAfter, case .wait = decision else { return }
                decision = .wait(.milliseconds(1), .backoff)
            }
        },
        Mutant("window-first", "Goes by RateLimit where Retry-After says otherwise.", turns: .fail("RL-02")) {
            behaviour in
            behaviour.decide = { decision, moment, _ in
                guard case .wait(_, .announced(let announced)) = decision, let wait = moment.rateLimit?.wait else {
                    return
                }
                decision = .wait(wait, .announced(min(announced, wait)))
            }
        },
    ]

    /// What they do wrong with what is said of their quota.
    static let quotas: [Mutant] = [
        Mutant(
            "each-for-itself", "Keeps what a call has heard from the other calls.", turns: .fail("RA-04", "RL-01"),
            may: ["HD-03", "RL-04", "QE-01", "QE-02", "CL-01"]
        ) { $0.shared.gate = nil },
        Mutant(
            "stampede", "Lets every call wait for itself, and exactly.", turns: .fail("RA-04", "RL-01", "HD-03"),
            may: ["RL-04", "HD-02", "QE-01", "QE-02", "CL-01"]
        ) {
            $0.shared.gate = nil
            $0.changeAnnounced { announced, _ in announced }
        },
        Mutant("reads-no-rate-limit", "Never reads RateLimit fields.", turns: .fail("RL-01"), may: ["HD-03", "CL-01"]) {
            behaviour in
            behaviour.hear = { outcome, _ in
                for name in ["RateLimit", "RateLimit-Policy"] { outcome.setField(name, nil) }
            }
        },
        Mutant(
            "chokes-on-rate-limit", "Dies of a RateLimit field that it cannot read.", turns: .fail("RL-03")
        ) { behaviour in
            behaviour.step = { step, moment in
                if moment.rateLimit?.limits.isEmpty == true { step = .end(.crashed) }
            }
        },
        Mutant(
            "trusts-the-rest", "Does not heed a refusal while RateLimit says that something is left.",
            turns: .fail("RL-04")
        ) { behaviour in
            behaviour.hear = { outcome, moment in
                guard let limits = moment.rateLimit?.limits, !limits.isEmpty,
                    limits.allSatisfy({ $0.remaining > 0 })
                else { return }
                outcome.setRetryAfter(nil)
            }
        },
        Mutant(
            "hears-no-advice", "Tries again although the response says that it is of no use.", turns: .fail("ST-04")
        ) { behaviour in
            behaviour.hear = { outcome, moment in
                outcome.setField("x-should-retry", nil)
                if case .response(var response) = outcome, response.status == 429 {
                    response.body = []
                    outcome = .response(response)
                }
            }
        },
    ]

    /// What they do wrong with dates.
    static let dates: [Mutant] = [
        Mutant("no-dates", "Reads seconds and no dates.", turns: .fail("RD-01").lost("RD-02", "RD-04")) { behaviour in
            behaviour.hear = { outcome, moment in
                if case .date = moment.retryAfter { outcome.setRetryAfter(nil) }
            }
        },
        Mutant(
            "local-dates", "Takes a date for one of its own zone, an hour east of Greenwich.",
            turns: .fail("RD-01").lost("RD-02", "RD-04")
        ) { behaviour in
            behaviour.hear = { outcome, moment in
                guard case .date(let date, let form) = moment.retryAfter else { return }
                outcome.setRetryAfter(HTTPDate.format(date + .seconds(-3600), form: form))
            }
        },
        Mutant("modern-dates", "Reads only the current form of a date.", turns: .fail("RD-02")) { behaviour in
            behaviour.hear = { outcome, moment in
                guard case .date(_, let form) = moment.retryAfter, form != .imfFixdate else { return }
                outcome.setRetryAfter(nil)
            }
        },
        Mutant("no-asctime", "Reads two of the three forms of a date.", turns: .fail("RD-02")) { behaviour in
            behaviour.hear = { outcome, moment in
                if case .date(_, .asctime) = moment.retryAfter { outcome.setRetryAfter(nil) }
            }
        },
    ]

    /// What they do wrong with dates that have passed, by one clock or the other.
    static let pastDates: [Mutant] = [
        Mutant("past-hangs", "Waits for a date that is over.", turns: .fail("RD-03"), may: ["RD-04"]) { behaviour in
            behaviour.decide = { decision, moment, _ in
                if moment.isPastDate, case .wait = decision { decision = .wait(.seconds(3600), .backoff) }
            }
        },
        Mutant("past-kills", "Dies of a date that is over.", turns: .fail("RD-03").lost("RD-04")) { behaviour in
            behaviour.step = { step, moment in
                if moment.isPastDate { step = .end(.crashed) }
            }
        },
        Mutant(
            "own-clock", "Takes dates by its own clock, and comes back at once where they are over.",
            turns: .fail("RD-03", "RD-04")
        ) { behaviour in
            behaviour.hear = { outcome, _ in outcome.setField("Date", nil) }
            behaviour.decide = { decision, moment, _ in
                if moment.isPastDate, case .wait = decision { decision = .wait(.milliseconds(1), .backoff) }
            }
        },
    ]

    /// What they do wrong with a field that says nothing.
    static let malformations: [Mutant] = [
        Mutant("crashes", "Dies of a Retry-After that it cannot read.", turns: .fail("MV-01")) { behaviour in
            behaviour.step = { step, moment in
                if case .malformed = moment.retryAfter { step = .end(.crashed) }
            }
        },
        Mutant(
            "empty-success", "Returns nothing, as a success, where it cannot read Retry-After.", turns: .fail("MV-01")
        ) { behaviour in
            behaviour.step = { step, moment in
                if case .malformed = moment.retryAfter { step = .end(.succeeded) }
            }
        },
        Mutant("garbage-is-zero", "Takes what it cannot read for no wait at all.", turns: .fail("MV-01")) {
            behaviour in
            behaviour.decide = { decision, moment, _ in
                guard case .malformed = moment.retryAfter, case .wait = decision else { return }
                decision = .wait(.milliseconds(1), .backoff)
            }
        },
        Mutant("negative-is-zero", "Takes a negative number for no wait at all.", turns: .fail("MV-01")) {
            behaviour in
            behaviour.decide = { decision, moment, _ in
                guard case .response(let response) = moment.outcome, case .wait = decision,
                    response.fields["Retry-After"]?.hasPrefix("-") == true
                else { return }
                decision = .wait(.milliseconds(1), .backoff)
            }
        },
    ]
}

extension Behaviour {
    /// Waits something else where a wait was announced, and adds no chance to it.
    mutating func changeAnnounced(
        _ change: @escaping @Sendable (_ announced: Duration, inout SeededGenerator) -> Duration
    ) {
        decide = { decision, _, generator in
            guard case .wait(_, .announced(let announced)) = decision else { return }
            decision = .wait(change(announced, &generator), .announced(announced))
        }
    }
}

extension AttemptOutcome {
    /// Puts something else into Retry-After; `nil`: takes it away.
    mutating func setRetryAfter(_ value: String?) { setField("Retry-After", value) }

    /// Makes the windows of RateLimit four times as long: `"q";r=0;t=2` says `t=8`.
    mutating func stretchRateLimit() {
        guard case .response(let response) = self, let field = response.fields["RateLimit"] else { return }
        let parts = field.split(separator: ";", omittingEmptySubsequences: false).map { part in
            guard part.hasPrefix("t="), let seconds = Int(part.dropFirst(2)) else { return String(part) }
            return "t=\(seconds * 4)"
        }
        setField("RateLimit", parts.joined(separator: ";"))
    }

    /// Puts something else into a field; `nil`: takes it away.
    mutating func setField(_ name: String, _ value: String?) {
        guard case .response(var response) = self else { return }
        response.fields = response.fields.setting(name, value)
        self = .response(response)
    }
}

extension FieldBlock {
    /// The same fields with another value of one; `nil`: without it.
    func setting(_ name: String, _ value: String?) -> FieldBlock {
        let others = strings.filter { $0.name.lowercased() != name.lowercased() }
        return FieldBlock(others.map { ($0.name, $0.value) } + (value.map { [(name, $0)] } ?? []))
    }
}
