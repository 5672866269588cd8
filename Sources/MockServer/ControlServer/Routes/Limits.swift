internal import Fixtures
internal import HTTPSemantics
internal import Upstream

extension ControlRoute {
    /// Every limit of a lane, and of each the keys that are not back to full, the most consumed first.
    static let limits = ControlRoute(method: "GET", path: "/v1/lanes/{name}/limits") {
        (request, desk) async throws(ControlError) in
        let lane = try await desk.lane(of: request)
        let count = try request.integer("keys", otherwise: 100)
        guard count <= 1000 else { throw .invalidParameter("keys must be an integer from 0 to 1000") }
        let (now, limits) = await lane.limits(keysAtMost: Int(count))
        let clock = LimitClock(now: now, wall: lane.wallNow)
        return ControlReply(
            json: [
                "lane": .string(lane.name), "now": clock.seconds(now), "time": clock.time(now),
                "limits": .array(limits.map { JSONText($0, clock) }),
            ])
    }
}

/// How instants of a lane's line are told.
private struct LimitClock {
    var now: Instant
    var wall: WallLine

    /// Seconds since the lane began.
    func seconds(_ instant: Instant) -> JSONText { .number(Double(instant.nanoseconds) / 1e9) }

    /// In milliseconds, rounded up: who comes at that time is not early.
    func time(_ instant: Instant) -> JSONText {
        .string(RFC3339.format(wall.time(at: instant) + .nanoseconds(999_999), decimals: 3))
    }

    /// Both; null where there is no such instant.
    func json(_ instant: Instant?) -> JSONText {
        guard let instant else { return .null }
        return ["at": seconds(instant), "time": time(instant)]
    }
}

extension JSONText {
    fileprivate init(_ usage: LimitUsage, _ clock: LimitClock) {
        self = .object(
            [.init(name: "name", value: .string(usage.definition.name))]
                + usage.definition.facts.map(Member.init)
                + [
                    .init(name: "caller", value: .string(usage.caller.text)),
                    .init(name: "tracked", value: .integer(Int64(usage.tracked))),
                    .init(name: "total", value: .integer(Int64(usage.consumed))),
                    .init(name: "keys", value: .array(usage.keys.map { JSONText($0, cost: usage.cost, clock) })),
                ])
    }

    private init(_ key: LimitUsage.KeyUsage, cost: Int64, _ clock: LimitClock) {
        let name = key.name.map { name in
            JSONText.object(name.parts.map { Member(name: $0.source, value: $0.value.map { .string($0) } ?? .null) })
        }
        self = [
            "key": name ?? .null, "used": .integer(key.used), "remaining": .integer(key.remaining),
            "cost": .integer(cost), "retryAt": clock.json(key.retryAt), "resetAt": clock.json(key.resetAt),
            "blockedBy": key.block.map { .string($0) } ?? .null,
        ]
    }
}

extension JSONText.Member {
    fileprivate init(_ fact: LimitDefinition.Fact) {
        let value: JSONText =
            switch fact.value {
            case .text(let text): .string(text)
            case .number(let number): .integer(number)
            case .truth(let truth): .bool(truth)
            case .facts(let facts): .object(facts.map(JSONText.Member.init))
            }
        self.init(name: fact.name, value: value)
    }
}
