import Backoff
import HTTPSemantics
import RateLimiting

/// Tasks that make calls through one gate, against a limiter, in virtual time.
struct QuotaWorkload {
    var tasks = 20
    var calls = 4_000
    /// From sending to the response.
    var latency: Duration = .milliseconds(4)
    var sendsFields: Bool

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
            case response(PacingGate.Ticket, PacingGate.Outcome)
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

        while answered < calls {
            asking: while waiting > 0 {
                switch gate.admit(at: now) {
                case .go(let ticket):
                    waiting -= 1
                    let assessment = limiter.assess(.shared, cost: 1, at: now)
                    if assessment.admits { limiter.charge(.shared, cost: 1, at: now) }
                    let after = limiter.assess(.shared, cost: 1, at: now)
                    var fields: RateLimitFields?
                    if sendsFields {
                        let reset = (after.resetAt - now).roundedUp(toMultipleOf: .seconds(1))
                        fields = RateLimitFields(
                            FieldBlock([
                                ("RateLimit", "\"q\";r=\(after.remaining);t=\(reset)"),
                                ("RateLimit-Policy", "\"q\";q=\(after.capacity);w=2"),
                            ]), received: WallTime(secondsSinceEpoch: 1_800_000_000))
                    }
                    let wait = assessment.retryAt.map {
                        Duration.seconds(($0 - now).roundedUp(toMultipleOf: .seconds(1)))
                    }
                    schedule(
                        .response(ticket, assessment.admits ? .admitted(fields) : .refused(wait: wait, fields)),
                        at: now + latency)
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
