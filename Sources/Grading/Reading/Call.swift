import HTTPSemantics
import Journal

/// The requests of a journal that belong together: one call of the client and its retries.
///
/// Any upstream may be called in any order, so calls are told apart by what they say: the same Idempotency-Key,
/// else the same method, target and body.
struct Call: Sendable {
    /// `POST /v1/items`.
    var name: String
    var exchanges: [Exchange]

    static func group(_ exchanges: [Exchange]) -> [Call] {
        var calls: [Call] = []
        var positions: [Key: Int] = [:]
        for exchange in exchanges {
            let key = Key(exchange)
            if let position = positions[key] {
                calls[position].exchanges.append(exchange)
            } else {
                positions[key] = calls.count
                let arrival = exchange.arrival
                calls.append(Call(name: "\(arrival.method) \(arrival.target)", exchanges: [exchange]))
            }
        }
        return calls
    }

    private enum Key: Hashable {
        case idempotencyKey(String)
        case content(method: String, target: String, digest: String)

        init(_ exchange: Exchange) {
            let arrival = exchange.arrival
            if let key = arrival.fields["Idempotency-Key"] {
                self = .idempotencyKey(key)
            } else {
                self = .content(
                    method: arrival.method, target: arrival.target, digest: exchange.body?.digest ?? "")
            }
        }
    }
}

extension Exchange {
    /// The wait that the response announced in seconds (RFC 9110 section 10.2.3); `nil` for a date, for nothing and
    /// for what is malformed.
    var announcedSeconds: Double? {
        guard let reply,
            case .delay(let seconds)? = RetryAfter(in: reply.fields, reference: WallTime(secondsSinceEpoch: 0))
        else { return nil }
        return Double(seconds)
    }

    /// Whether it brought nothing: a status of error, or no whole response.
    var isFailure: Bool { abort != nil || (reply?.status ?? 0) >= 400 }

    /// Whether the response asks to come back: a status that clients commonly try again, or one with a hint.
    var asksToComeBack: Bool {
        guard let reply else { return false }
        return [408, 425, 429, 500, 502, 503, 504].contains(reply.status)
            || (reply.status >= 400 && reply.fields["Retry-After"] != nil)
    }
}

/// What every judgement of a recorded journal checks first.
func judgeObservation(
    _ observation: Observation, expected: String, _ judge: ([Call]) -> Finding
) -> Finding {
    if observation.dropped > 0 {
        return Finding(
            .inconclusive, expected: expected, actual: "the journal lost \(observation.dropped) entries")
    }
    if observation.exchanges.isEmpty {
        return Finding(.inconclusive, expected: expected, actual: "no request ever arrived")
    }
    let finding = judge(observation.calls)
    guard finding.pictures.isEmpty, finding.verdict != .notApplicable else { return finding }
    return finding.showing(.timeline(ofCalls: observation.calls, wall: observation.wall))
}
