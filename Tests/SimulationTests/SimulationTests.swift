import Backoff
import Fixtures
import HTTPSemantics
import RateLimiting
import Simulation
import TestSupport
import Testing
import Upstream

/// Everything that happened, kept.
struct Record: SimulationObserver {
    var attempts: [SimulatedAttempt] = []
    var calls: [SimulatedCall] = []

    mutating func note(_ attempt: SimulatedAttempt) { attempts.append(attempt) }
    mutating func note(_ call: SimulatedCall) { calls.append(call) }

    var arrivals: [Double] { attempts.map { $0.arrivedAt.seconds }.sorted() }
    var waits: [Double] { zip(attempts, attempts.dropFirst()).map { ($1.arrivedAt - $0.arrivedAt).inSeconds } }
}

extension Instant {
    var seconds: Double { (self - .zero).inSeconds }
}

/// A policy without chance: 1, 2, 4, 8 s.
let exact: BackoffPolicy = {
    var policy = BackoffPolicy()
    policy.base = .seconds(1)
    policy.jitter = .none
    return policy
}()

func simulated(
    _ fixture: Fixture, policy: BackoffPolicy = exact, load: Load = Load(), network: Network = Network(),
    detail: SimulationDetail = .messages, seed: UInt64 = 1, lanes: Int = 1, until end: Instant = .seconds(3600),
    request: UpstreamRequest = UpstreamRequest(method: "GET", target: "/")
) -> Record {
    var record = Record()
    var simulation = Simulation(
        upstreams: (0..<lanes).map { _ in Upstream(fixture: fixture, wall: .example) }, load: load, network: network,
        detail: detail, wall: .example, seed: seed
    ) { _ in BackoffCaller(policy: policy, request: request) }
    simulation.run(until: end, observer: &record)
    return record
}

@Suite struct SimulationTests {
    @Test func `a call goes through its ladder and ends`() throws {
        let record = simulated(.scripted([.status(503, times: 3), .ok]))
        #expect(record.arrivals == [0, 1, 3, 7])
        let call = try #require(record.calls.first)
        #expect(record.calls.count == 1)
        #expect(call.ending == .succeeded)
        #expect(call.attempts == 4)
        #expect(call.output == Array("ok\n".utf8))
        #expect(call.ended == .seconds(7))
    }

    @Test func `a call that is never answered well fails`() {
        let record = simulated(.scripted([.status(503)]))
        #expect(record.arrivals == [0, 1, 3, 7, 15])
        #expect(record.calls.map(\.ending) == [.failed])
    }

    @Test(arguments: [SimulationDetail.decisions, .messages])
    func `an announced wait is heard`(detail: SimulationDetail) {
        let record = simulated(.scripted([.refused(retryAfter: .seconds(.seconds(9))), .ok]), detail: detail)
        let wait = record.waits[0]
        #expect(wait >= 9)
        #expect(wait <= 11.25)
        #expect(record.attempts.allSatisfy { ($0.reply == nil) == (detail == .decisions) })
    }

    @Test(arguments: [SimulationDetail.decisions, .messages])
    func `a limit announces when it opens, and lets in who comes then`(detail: SimulationDetail) {
        let policy = LimitPolicy.fixedWindow(quota: 2, window: .seconds(30), start: .firstRequest)
        let limit = LimitDefinition(name: "requests", policy: policy)
        let record = simulated(.scripted(limits: [limit]), load: Load(calls: 5), detail: detail)
        #expect(record.calls.count == 5)
        #expect(record.calls.allSatisfy { $0.ending == .succeeded })
        #expect(record.attempts.count { $0.plan.status == 429 } == 2)
    }

    @Test func `messages take their time on the way`() {
        let record = simulated(.scripted([.status(503), .ok]), network: Network(delay: .milliseconds(40)))
        #expect(record.arrivals == [0.04, 1.12])
        #expect(record.calls.map(\.ended.seconds) == [1.16])
    }

    @Test func `a delay is waited for, and a phase of the second`() {
        var late = Reply.ok
        late.delay = .milliseconds(1_500)
        late.sendPhase = .milliseconds(250)
        let record = simulated(.scripted([late]))
        #expect(record.attempts.map(\.repliedAt) == [Instant(nanoseconds: 2_250_000_000)])
    }

    @Test func `workers that are held go on together, each in its lane`() {
        let hold = Hold(parked: 5, group: "all", atMost: .seconds(60))
        let held = Reply(content: .literal(ResponseTemplate(status: 503)), hold: hold)
        let record = simulated(.scripted([held, .ok]), load: Load(workers: 5, spread: .seconds(3)), lanes: 5)
        let replies = record.attempts.filter { $0.number == 1 }.compactMap(\.repliedAt)
        #expect(replies.count == 5)
        #expect(Set(replies).count == 1)
        #expect(Set(record.attempts.map(\.lane)).count == 5)
    }

    @Test func `who is held in vain is let go`() {
        let hold = Hold(parked: 2, group: "all", atMost: .seconds(6))
        let record = simulated(.scripted([Reply(content: .success(overriding: ResponseOverride()), hold: hold)]))
        #expect(record.attempts.map(\.repliedAt) == [.seconds(6)])
    }

    @Test func `as many calls at once as the load says, and no more`() {
        var slow = Reply.ok
        slow.delay = .seconds(1)
        let record = simulated(.scripted([slow]), load: Load(calls: 6, concurrency: 3))
        #expect(record.arrivals == [0, 0, 0, 1, 1, 1])
        #expect(Set(record.attempts.map(\.connection)) == [1, 2, 3])
    }

    @Test func `calls are spaced as the load says`() {
        let record = simulated(
            .scripted(), load: Load(calls: 4, concurrency: 4, spacing: .milliseconds(250)))
        #expect(record.arrivals == [0, 0.25, 0.5, 0.75])
    }

    @Test func `an attempt that takes too long is given up, and the upstream hears of it`() {
        var late = Reply.ok
        late.delay = .seconds(45)
        let record = simulated(.scripted([late, .ok]))
        #expect(record.attempts.map(\.ending) == [.abandoned, .completed])
        #expect(record.attempts.map(\.endedAt) == [.seconds(30), .seconds(31)])
    }

    @Test func `what is open at the end is told as open`() {
        var late = Reply.ok
        late.delay = .seconds(10)
        let record = simulated(.scripted([late]), until: .seconds(5))
        #expect(record.attempts.map(\.ending) == [.open])
        #expect(record.calls.isEmpty)
    }

    @Test(arguments: [
        (Fault(point: .request, action: .reset), TransportFailure.reset),
        (Fault(point: .request, action: .close), .closed),
        (Fault(point: .request, action: .garbage), .malformed),
        (Fault(point: .request, action: .stall), .timeout),
        (Fault(point: .headers(percent: 50), action: .close), .truncated),
        (Fault(point: .bytes(1), action: .close), .truncated),
        (Fault(point: .bytes(1), action: .reset), .reset),
    ])
    func `a fault is heard as what it is`(fault: Fault, failure: TransportFailure) {
        let broken = Reply(content: .success(overriding: ResponseOverride()), fault: fault)
        var record = Record()
        var simulation = Simulation(
            upstreams: [Upstream(fixture: .scripted([broken]), wall: .example)], detail: .messages, seed: 1
        ) { _ in Listener() }
        simulation.run(until: .seconds(100), observer: &record)
        #expect(record.calls[0].output == Array(failure.rawValue.utf8))
    }

    @Test func `an idempotency key is answered once`() {
        var fixture = Fixture.scripted([.status(503), .ok])
        fixture.idempotency = Idempotency()
        let request = UpstreamRequest(
            method: "POST", target: "/", fields: FieldBlock([("Idempotency-Key", "k")]), body: [1])
        let record = simulated(fixture, load: Load(workers: 2), detail: .decisions, request: request)
        #expect(record.calls.map(\.ending) == [.succeeded, .succeeded])
        #expect(record.attempts.count { if case .replayed = $0.plan.outcome { true } else { false } } >= 1)
    }

    @Test func `a seed gives the same events, and another one others`() {
        var policy = exact
        policy.jitter = .full
        func arrivals(_ seed: UInt64) -> [Double] {
            simulated(
                .scripted([.status(503, times: 40), .ok]), policy: policy, load: Load(workers: 20, spread: .seconds(1)),
                network: Network(scatter: .milliseconds(3)), seed: seed
            ).arrivals
        }
        #expect(arrivals(7) == arrivals(7))
        #expect(arrivals(7) != arrivals(8))
    }

    @Test func `thousands of clients through an outage`() {
        var policy = BackoffPolicy()
        policy.attempts = 20
        let outage = Reply(
            times: .max, content: .literal(ResponseTemplate(status: 503)),
            condition: Condition(until: .seconds(60)))
        let record = simulated(
            .scripted([outage, .ok]), policy: policy, load: Load(workers: 2_000, spread: .seconds(10)),
            detail: .decisions)
        #expect(record.calls.count == 2_000)
        #expect(record.calls.allSatisfy { $0.ending == .succeeded })
        #expect(record.calls.allSatisfy { $0.ended >= .seconds(60) })
    }
}

/// Gives its caller the name of what it heard, and never tries again.
private struct Listener: SimulatedClient {
    mutating func begin(_ number: Int, at now: Instant, using generator: inout SeededGenerator) {}

    mutating func request(_ call: inout Void, at now: Instant, using generator: inout SeededGenerator)
        -> UpstreamRequest
    { UpstreamRequest(method: "GET", target: "/") }

    func timeout(of call: Void, at now: Instant) -> Duration? { .seconds(5) }

    mutating func next(
        after outcome: AttemptOutcome, in call: inout Void, at now: Instant, received: WallTime,
        using generator: inout SeededGenerator
    ) -> NextStep { .end(.failed) }

    func output(of call: Void, after last: AttemptOutcome) -> [UInt8] {
        if case .failure(let failure, _, _) = last { Array(failure.rawValue.utf8) } else { [] }
    }
}
