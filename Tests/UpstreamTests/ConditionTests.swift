import Fixtures
import HTTPSemantics
import TestSupport
import Testing
import Upstream

/// Replies that are given ahead of their script: by state, by chance, by schedule.
struct ConditionTests {
    private let get = UpstreamRequest(method: "GET", target: "/")

    private func statuses(_ upstream: inout Upstream, _ count: Int, at now: Instant = .zero) -> [Int] {
        (0..<count).map { _ in upstream.decide(get, at: now).status }
    }

    private func upstream(_ replies: [Reply], seed: UInt64 = 1, scope: ScriptScope = .route) -> Upstream {
        var fixture = Fixture.scripted(replies, scope: scope, caller: .header("Caller"))
        fixture.seed = seed
        return Upstream(fixture: fixture, wall: .example)
    }

    private func when(_ condition: Condition, _ status: Int, times: Int = .max) -> Reply {
        Reply(
            times: times, content: .literal(ResponseTemplate(status: status)), condition: condition)
    }

    // MARK: Schedule

    @Test func `an outage begins and ends when it says, and the script stands still meanwhile`() {
        var upstream = upstream([
            when(Condition(from: .seconds(10), until: .seconds(25)), 503), .status(201), .status(202), .ok,
        ])
        let instants = [
            Instant.zero, .seconds(10) - .nanoseconds(1), .seconds(10), .seconds(25) - .nanoseconds(1), .seconds(25),
        ]
        #expect(instants.map { upstream.decide(get, at: $0).status } == [201, 202, 503, 503, 200])
    }

    @Test func `a schedule begins again when the lane is reset`() {
        var upstream = upstream([when(Condition(until: .seconds(1)), 503), .ok])
        #expect(upstream.decide(get, at: .seconds(5)).status == 200)
        upstream.reset(at: .seconds(6))
        #expect(upstream.decide(get, at: .seconds(6)).status == 503)
        #expect(upstream.decide(get, at: .seconds(7)).status == 200)
    }

    @Test func `attempts are counted, whatever answers them`() {
        var upstream = upstream([when(Condition(until: .seconds(1)), 503), .ok])
        let attempts = [0, 0, 1].map { upstream.decide(get, at: .seconds($0)).attempt }
        #expect(attempts == [1, 2, 3])
    }

    // MARK: Chance

    @Test func `a chance is what it says, and the same for the same seed`() {
        let replies = [when(Condition(chance: Chance(200_000)), 500), .ok]
        var (one, same, other) = (upstream(replies), upstream(replies), upstream(replies, seed: 2))
        let answers = statuses(&one, 10_000)
        // Five standard deviations: sqrt(10,000 · 0.2 · 0.8) = 40.
        #expect(abs(answers.count { $0 == 500 } - 2000) < 200)
        #expect(statuses(&same, 10_000) == answers)
        #expect(statuses(&other, 10_000) != answers)
        one.reset(at: .zero)
        #expect(statuses(&one, 100) == Array(answers.prefix(100)))
    }

    @Test(arguments: [(0, 200), (Chance.whole, 500)])
    func `never and always are exact`(_ chance: Int, _ status: Int) {
        var upstream = upstream([when(Condition(chance: Chance(chance)), 500), .ok])
        #expect(statuses(&upstream, 1000).allSatisfy { $0 == status })
    }

    @Test func `two chances are independent of each other`() {
        let half = Condition(chance: Chance(500_000))
        var upstream = upstream([when(half, 500), when(half, 502), .ok])
        let answers = statuses(&upstream, 10_000)
        // A half, a quarter, a quarter; five standard deviations are at most 250.
        #expect(abs(answers.count { $0 == 500 } - 5000) < 250)
        #expect(abs(answers.count { $0 == 502 } - 2500) < 250)
    }

    @Test func `traffic of another route does not change what a route draws`() {
        let replies = [when(Condition(chance: Chance(500_000)), 500), .ok]
        let routes = ["GET /a", "GET /b"].map { Route(match: RoutePattern($0), replies: replies) }
        func answers(mixed: Bool) -> [Int] {
            var upstream = Upstream(fixture: .routed(routes), wall: .example)
            return (0..<100).map { _ in
                if mixed { _ = upstream.decide(UpstreamRequest(method: "GET", target: "/b"), at: .zero) }
                return upstream.decide(UpstreamRequest(method: "GET", target: "/a"), at: .zero).status
            }
        }
        #expect(answers(mixed: true) == answers(mixed: false))
    }

    @Test func `a ramp grows evenly and then stays`() {
        let ramp = Chance(from: 0, to: 500_000, over: .seconds(60))
        var upstream = upstream([when(Condition(chance: ramp, from: .seconds(100)), 500), .ok])
        for (second, expected) in [(99, 0), (100, 0), (130, 2500), (160, 5000), (1000, 5000)] as [(Int64, Int)] {
            let failures = statuses(&upstream, 10_000, at: .seconds(second)).count { $0 == 500 }
            #expect(abs(failures - expected) <= (expected == 0 ? 0 : 250), "\(failures) at \(second) s")
        }
    }

    // MARK: State

    private let moved = [("POST /down", 1), ("POST /up", 0)].map { pattern, state in
        Route(pattern, Reply(content: .literal(ResponseTemplate(status: 204)), nextState: state))
    }

    @Test func `one route moves the state that another reads`() {
        let reading = Route("GET /", when(Condition(state: 1), 503), .ok)
        var fixture = Fixture.routed(moved + [reading])
        fixture.states = ["healthy", "down"]
        var upstream = Upstream(fixture: fixture, wall: .example)
        let targets = ["GET /", "POST /down", "GET /", "GET /", "POST /up", "GET /", "POST /down"]
        func answer(_ text: String) -> Int {
            let parts = text.split(separator: " ").map(String.init)
            return upstream.decide(UpstreamRequest(method: parts[0], target: parts[1]), at: .zero).status
        }
        #expect(targets.map(answer) == [200, 204, 503, 503, 204, 200, 204])
        upstream.reset(at: .zero)
        #expect(answer("GET /") == 200)
    }

    // MARK: Times

    @Test func `times bounds a conditional reply, for each caller where the script is the caller's`() {
        let replies = [when(Condition(chance: Chance(Chance.whole)), 503, times: 2), .ok]
        var common = upstream(replies)
        #expect(statuses(&common, 4) == [503, 503, 200, 200])
        var own = upstream(replies, scope: .caller)
        let callers = ["a", "b", "a", "a", "b", "b"].map { caller in
            own.decide(UpstreamRequest(method: "GET", target: "/", fields: FieldBlock([("Caller", caller)])), at: .zero)
        }
        #expect(callers.map(\.status) == [503, 503, 503, 200, 503, 200])
        #expect(own.accounting == [ScriptAccount(route: "* /*", scripted: 4, consumed: 4)])
    }

    @Test func `conditional replies without an end are nothing to consume`() {
        var upstream = upstream([when(Condition(chance: Chance(0)), 503), .ok])
        _ = statuses(&upstream, 3)
        #expect(upstream.accounting.isEmpty)
    }
}
