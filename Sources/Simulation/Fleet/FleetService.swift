internal import Backoff
internal import Fixtures
internal import HTTPSemantics
internal import RateLimiting

/// The upstream of a fleet: limits first, as an `Upstream` asks them, then outages, failures and a line of requests.
struct FleetService {
    struct Reply {
        var outcome: PolicyTable.Outcome
        /// When it leaves, in microseconds; `nil`: never.
        var at: Int?
        /// The wait that it asks for, in nanoseconds; negative: none.
        var announced: Int64 = -1
    }

    private struct Interval {
        var start, end: Int
        var kind: Outage.Kind
    }

    private struct Limit {
        var limiter: any RateLimiter
        var isPerClient: Bool
        var announces: Bool
    }

    private let outages: [Interval]
    private var limits: [Limit]
    /// Of a 64-bit number.
    private let failuresBelow: UInt64
    private let service: Int
    /// Of one request in the line, in nanoseconds; 0: there is no line.
    private let turn: Int
    private let longestLine: Int
    /// When the line is empty, in nanoseconds.
    private var freeAt = 0
    private var chance: SeededGenerator

    init(_ scenario: FleetScenario, seed: UInt64) {
        outages = scenario.outages.map {
            Interval(
                start: $0.start.microseconds, end: ($0.start + $0.length).microseconds, kind: $0.kind)
        }
        let wall = WallLine(origin: WallTime(secondsSinceEpoch: 0))
        limits = scenario.limits.map {
            Limit(
                limiter: $0.policy.makeLimiter(wall: wall), isPerClient: $0.isPerClient, announces: $0.announces)
        }
        failuresBelow = UInt64(scenario.failureShare * 0x1p63) << 1
        service = scenario.service.microseconds
        turn = scenario.capacity.map { max(1, Int(1e9 / $0.rate)) } ?? 0
        longestLine = scenario.capacity?.longestWait.map { Int($0.nanoseconds) } ?? .max
        chance = SeededGenerator(seed: seed)
    }

    /// - Parameter now: in microseconds, never earlier than in a previous call.
    mutating func answer(client: Int, at now: Int) -> Reply {
        if !limits.isEmpty, let refusal = limit(client, at: now) { return refusal }
        for outage in outages where outage.start <= now && now < outage.end {
            switch outage.kind {
            case .errors: return Reply(outcome: .failed, at: now)
            case .silence: return Reply(outcome: .timedOut, at: nil)
            }
        }
        if failuresBelow > 0, chance.next() < failuresBelow { return Reply(outcome: .failed, at: now + service) }
        guard turn > 0 else { return Reply(outcome: .succeeded, at: now + service) }
        let line = max(0, freeAt - now * 1000)
        guard line <= longestLine else { return Reply(outcome: .failed, at: now) }
        freeAt = now * 1000 + line + turn
        return Reply(outcome: .succeeded, at: (freeAt + 999) / 1000 + service)
    }

    /// Asks all limits, then charges all.
    private mutating func limit(_ client: Int, at now: Int) -> Reply? {
        let instant = Instant(microseconds: now)
        var refusal: Reply?
        for position in limits.indices {
            let key = limits[position].isPerClient ? LimitKey(digest: UInt64(client) + 1) : .shared
            let assessment = limits[position].limiter.assess(key, cost: 1, at: instant)
            guard !assessment.admits else { continue }
            limits[position].limiter.noteRefusal(key, at: instant)
            var announced: Int64 = -1
            if limits[position].announces, let retryAt = assessment.retryAt {
                announced = (retryAt - instant).roundedUp(toMultipleOf: .seconds(1)) * 1_000_000_000
            }
            refusal = Reply(outcome: .throttled, at: now, announced: max(announced, refusal?.announced ?? -1))
        }
        if let refusal { return refusal }
        for position in limits.indices {
            let key = limits[position].isPerClient ? LimitKey(digest: UInt64(client) + 1) : .shared
            limits[position].limiter.charge(key, cost: 1, at: instant)
        }
        return nil
    }
}
