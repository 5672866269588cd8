import Backoff
import HTTPSemantics
import RateLimiting

/// Tasks that make calls through one gate, against a limiter, in virtual time.
struct QuotaWorkload {
    var tasks = 20
    var calls = 4_000
    /// How long request and response each take, chosen anew for each.
    var travel: ClosedRange<Int64> = 500_000...3_500_000
    /// Another process draws on the same quota, with a call so often; nil: nobody does.
    var stranger: Duration?
    var sendsFields: Bool
    /// What the policy says of the window, in seconds.
    var window = 2

    struct Result {
        var refused = 0
        var makespan: Duration = .zero
        /// The most refusals within any 100 ms.
        var mostRefusedTogether = 0

        func callEfficiency(_ calls: Int) -> Double { Double(calls) / Double(calls + refused) }
    }

    private struct Event {
        var at: Instant
        var order: Int
        var kind: Kind

        enum Kind {
            case arrival(PacingGate.Ticket)
            case response(PacingGate.Ticket, PacingGate.Outcome)
            case stranger
            /// A refused call has slept as long as it was told to.
            case rejoin
            case wake
        }
    }

    func run(_ limiter: some RateLimiter, seed: UInt64 = 1) -> Result {
        var limiter = limiter
        var generator = SeededGenerator(seed: seed)
        var gate = PacingGate()
        var result = Result()
        var events: [Event] = []
        var now = Instant.zero
        var order = 0
        var waiting = tasks
        var begun = tasks
        var answered = 0
        var refusals: [Instant] = []

        func schedule(_ kind: Event.Kind, at instant: Instant) {
            order += 1
            let position = events.firstIndex { ($0.at, $0.order) < (instant, order) } ?? events.count
            events.insert(Event(at: instant, order: order, kind: kind), at: position)
        }

        /// What the limiter makes of a call that arrives now.
        func outcome() -> PacingGate.Outcome {
            let assessment = limiter.assess(.shared, cost: 1, at: now)
            if assessment.admits { limiter.charge(.shared, cost: 1, at: now) }
            let after = limiter.assess(.shared, cost: 1, at: now)
            var fields: RateLimitFields?
            if sendsFields {
                let reset = (after.resetAt - now).roundedUp(toMultipleOf: .seconds(1))
                fields = RateLimitFields(
                    FieldBlock([
                        ("RateLimit", "\"q\";r=\(after.remaining);t=\(reset)"),
                        ("RateLimit-Policy", "\"q\";q=\(after.capacity);w=\(window)"),
                    ]), received: WallTime(secondsSinceEpoch: 1_800_000_000))
            }
            let wait = assessment.retryAt.map { Duration.seconds(($0 - now).roundedUp(toMultipleOf: .seconds(1))) }
            return assessment.admits ? .admitted(fields) : .refused(wait: wait, fields)
        }

        func trip() -> Duration { .nanoseconds(Int64.random(in: travel, using: &generator)) }

        if let stranger { schedule(.stranger, at: now + stranger) }
        while answered < calls {
            asking: while waiting > 0 {
                switch gate.admit(at: now) {
                case .go(let ticket):
                    waiting -= 1
                    schedule(.arrival(ticket), at: now + trip())
                case .wait(let until):
                    if let until { schedule(.wake, at: until) }
                    break asking
                }
            }
            guard let event = events.popLast() else { break }
            now = event.at
            switch event.kind {
            case .wake: break
            case .rejoin: waiting += 1
            case .arrival(let ticket): schedule(.response(ticket, outcome()), at: now + trip())
            case .stranger:
                _ = outcome()
                schedule(.stranger, at: now + (stranger ?? .zero))
            case .response(let ticket, let outcome):
                gate.finished(ticket, outcome, at: now)
                if case .refused(let wait, _) = outcome {
                    result.refused += 1
                    refusals.append(now)
                    let jitter = Duration.nanoseconds(Int64.random(in: 0...1_000_000_000, using: &generator))
                    schedule(.rejoin, at: now + (wait ?? .zero) + jitter)
                } else {
                    answered += 1
                    result.makespan = now - .zero
                    if begun < calls {
                        begun += 1
                        waiting += 1
                    }
                }
            }
        }
        for (index, first) in refusals.enumerated() {
            let together = refusals[index...].prefix { $0 - first < .milliseconds(100) }.count
            result.mostRefusedTogether = max(result.mostRefusedTogether, together)
        }
        return result
    }
}
