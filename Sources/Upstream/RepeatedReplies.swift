internal import Fixtures
internal import HTTPSemantics

/// The replies of scripts that say the same to everybody within a second, rendered once in it.
struct RepeatedReplies: Sendable {
    /// The positions of a route's replies begin here.
    private let starts: [Int]
    /// For each reply of each route, whether it repeats.
    private let repeats: [Bool]
    private var kept: [Kept?]
    private var nextStamp: UInt64 = 0

    private struct Kept: Sendable {
        var reply: RenderedReply
        /// While the Date field says the same.
        var from: Instant
        var until: Instant
    }

    init(_ fixture: Fixture) {
        var starts: [Int] = []
        var repeats: [Bool] = []
        // Of a route without limits nothing is announced that tells of limits.
        let dialectRepeats = fixture.dialect.announcements.allSatisfy { $0.isAboutLimits || $0.field.repeats }
        for route in fixture.routes {
            starts.append(repeats.count)
            for reply in route.replies {
                repeats.append(route.limits.isEmpty && dialectRepeats && reply.repeats(in: fixture))
            }
        }
        self.starts = starts
        self.repeats = repeats
        kept = Array(repeating: nil, count: repeats.count)
    }

    /// The reply as it was rendered in the same second; `nil` where there is none.
    func reply(_ route: Int, _ reply: Int, at now: Instant) -> RenderedReply? {
        guard let kept = kept[starts[route] + reply], kept.from <= now, now < kept.until else { return nil }
        return kept.reply
    }

    /// Keeps a reply that was rendered at an instant, if it repeats, and stamps it.
    mutating func keep(_ rendered: inout RenderedReply, _ route: Int, _ reply: Int, at sent: SendTime) {
        guard repeats[starts[route] + reply] else { return }
        rendered.stamp = nextStamp
        nextStamp += 1
        let from = sent.instant - .nanoseconds(Int64(sent.time.nanoseconds))
        kept[starts[route] + reply] = Kept(reply: rendered, from: from, until: from + .seconds(1))
    }

    /// The civil clock was set.
    mutating func forget() { kept = Array(repeating: nil, count: kept.count) }
}

extension Reply {
    /// Whether nothing in it depends on the request, its attempt, or a fraction of a second.
    fileprivate func repeats(in fixture: Fixture) -> Bool {
        guard fault == nil, delivery == Delivery(), !honoursRanges else { return false }
        switch retryAfter {
        case nil, .absent, .seconds, .raw: break
        // Dates are rounded from the instant of sending, so they change within the second of the Date field.
        case .date, .dateAfterDate: return false
        }
        switch content {
        case .literal(let response): return response.repeats
        case .success(let overriding):
            return fixture.success.repeats && overriding.fields.allSatisfy(\.repeats)
                && overriding.body?.repeats ?? true
        case .refusal(let limit):
            let refusal = fixture.dialect.refusal(pretending: limit)
            return refusal.response.repeats && !refusal.hint.format.isPointInTime
        case .files, .nothing: return false
        }
    }
}

extension ResponseTemplate {
    fileprivate var repeats: Bool { fields.allSatisfy(\.repeats) && body.repeats }
}

extension FieldTemplate {
    fileprivate var repeats: Bool { name.repeats && value.repeats }
}

extension BodyTemplate {
    fileprivate var repeats: Bool {
        switch self {
        case .none, .bytes: true
        case .text(let template), .json(let template): template.repeats
        case .echo: false
        }
    }
}

extension Template {
    /// Without limits, limits are what a refusal pretends, and that follows from the wait, which is a constant.
    fileprivate var repeats: Bool {
        segments.allSatisfy { segment in
            switch segment {
            case .literal: true
            case .placeholder(.limit(_, let format)), .value(.limit(_, let format)),
                .placeholder(.retryAfter(let format)), .value(.retryAfter(let format)):
                !format.isPointInTime
            case .placeholder, .value: false
            }
        }
    }
}
