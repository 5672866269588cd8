import Backoff
import HTTPSemantics
import Testing

@Suite struct RetryStateTests {
    let wall = WallTime(secondsSinceEpoch: 1_795_500_000, nanoseconds: 400_000_000)

    /// One logical request in virtual time.
    struct Call {
        var state: RetryState
        var now = Instant.zero
        var generator: SeededGenerator
        let wall: WallTime

        init(
            _ method: String = "GET", key: Bool = false, seed: UInt64 = 1,
            wall: WallTime = WallTime(secondsSinceEpoch: 1_795_500_000, nanoseconds: 400_000_000),
            policy change: (inout BackoffPolicy) -> Void = { _ in }
        ) {
            var policy = BackoffPolicy()
            change(&policy)
            let request = RetryState.Request(method: method, hasIdempotencyKey: key)
            state = RetryState(policy: policy, request: request, at: .zero)
            generator = SeededGenerator(seed: seed)
            self.wall = wall
        }

        mutating func receive(_ status: Int, _ fields: [(String, String)] = []) -> RetryDecision {
            state.begin(at: now)
            now += .milliseconds(10)
            let decision = state.responded(
                status: status, fields: FieldBlock(fields), at: now, received: wall + (now - .zero), using: &generator)
            if case .wait(let wait, _) = decision { now += wait }
            return decision
        }

        mutating func fail(_ failure: TransportFailure, arrived: Bool) -> RetryDecision {
            state.begin(at: now)
            now += .milliseconds(10)
            let decision = state.failed(failure, mayHaveArrived: arrived, at: now, using: &generator)
            if case .wait(let wait, _) = decision { now += wait }
            return decision
        }
    }

    static func isWait(_ decision: RetryDecision) -> Bool { if case .wait = decision { true } else { false } }

    // MARK: What is tried again

    @Test(arguments: [
        (200, false), (204, false), (304, false), (307, false), (400, false), (401, false), (403, false),
        (404, false), (405, false), (408, true), (409, false), (410, false), (422, false), (425, false), (429, true),
        (500, true), (501, false), (502, true), (503, true), (504, true), (505, false),
    ])
    func `statuses that may pass are tried again, others are the answer`(status: Int, isRetried: Bool) {
        var call = Call()
        let decision = call.receive(status)
        #expect(Self.isWait(decision) == isRetried)
        if !isRetried { #expect(decision == .finish) }
    }

    @Test(arguments: TransportFailure.allCases)
    func `failures that may pass are tried again`(failure: TransportFailure) {
        var call = Call()
        let decision = call.fail(failure, arrived: true)
        switch failure {
        case .certificateRefused, .tooLarge, .unsendable: #expect(decision == .giveUp(.notRetryable(failure)))
        default: #expect(Self.isWait(decision))
        }
    }

    @Test func `gives up after as many attempts as are allowed`() {
        var call = Call { $0.attempts = 3 }
        #expect(Self.isWait(call.receive(503)))
        #expect(Self.isWait(call.receive(503)))
        #expect(call.receive(503) == .giveUp(.attemptsExhausted(3)))
        #expect(call.state.history.map(\.number) == [1, 2, 3])
    }

    @Test func `one attempt means none again`() {
        var call = Call { $0.attempts = 1 }
        #expect(call.receive(503) == .giveUp(.attemptsExhausted(1)))
    }

    @Test func `heeds the server's advice`() {
        var refused = Call()
        #expect(refused.receive(429, [("x-should-retry", "false")]) == .giveUp(.serverAdvisedAgainst))
        var encouraged = Call("POST")
        #expect(Self.isWait(encouraged.receive(409, [("x-should-retry", "true")])))
        var fine = Call()
        #expect(fine.receive(200, [("x-should-retry", "true")]) == .finish)
    }

    // MARK: Idempotency

    struct Ambiguity: CustomTestStringConvertible {
        var what: String
        var status: Int?
        var fields: [(String, String)] = []
        var failure: TransportFailure?
        var arrived = true
        /// Whether a POST without a key may be sent again.
        var isSafe: Bool
        var testDescription: String { what }
    }

    @Test(arguments: [
        Ambiguity(what: "429", status: 429, isSafe: true),
        Ambiguity(what: "503 with Retry-After", status: 503, fields: [("Retry-After", "1")], isSafe: true),
        Ambiguity(what: "503", status: 503, isSafe: false),
        Ambiguity(what: "500 with Retry-After", status: 500, fields: [("Retry-After", "1")], isSafe: false),
        Ambiguity(what: "502", status: 502, isSafe: false), Ambiguity(what: "504", status: 504, isSafe: false),
        Ambiguity(what: "408", status: 408, isSafe: false),
        Ambiguity(what: "refused", failure: .cannotConnect, arrived: false, isSafe: true),
        Ambiguity(what: "timed out while connecting", failure: .timeout, arrived: false, isSafe: true),
        Ambiguity(what: "reset", failure: .reset, isSafe: false),
        Ambiguity(what: "closed", failure: .closed, isSafe: false),
        Ambiguity(what: "stale", failure: .staleConnection, isSafe: false),
        Ambiguity(what: "cut off", failure: .truncated, isSafe: false),
        Ambiguity(what: "timed out", failure: .timeout, isSafe: false),
    ])
    func `a POST that may have taken effect is sent again only with a key`(ambiguity: Ambiguity) {
        for (method, key) in [("POST", false), ("POST", true), ("PATCH", false), ("PUT", false), ("GET", false)] {
            var call = Call(method, key: key)
            let decision =
                if let status = ambiguity.status {
                    call.receive(status, ambiguity.fields)
                } else {
                    call.fail(ambiguity.failure ?? .reset, arrived: ambiguity.arrived)
                }
            if ambiguity.isSafe || key || method == "PUT" || method == "GET" {
                #expect(Self.isWait(decision), "\(method), key \(key)")
            } else {
                #expect(decision == .giveUp(.mayHaveTakenEffect), "\(method)")
            }
        }
    }

    // MARK: Retry-After

    @Test func `an announced wait is never undercut, and chance adds at most a quarter or a second`() {
        for seed in UInt64(0)..<500 {
            for seconds in [1, 2, 3, 10, 60] {
                var call = Call(seed: seed)
                let announced = Duration.seconds(seconds)
                guard case .wait(let wait, let reason) = call.receive(429, [("Retry-After", "\(seconds)")]) else {
                    Issue.record("no wait for \(seconds) s, seed \(seed)")
                    return
                }
                #expect(reason == .announced(announced))
                #expect(wait >= announced, "seed \(seed)")
                #expect(wait <= announced + max(.seconds(1), announced / 4), "seed \(seed)")
            }
        }
    }

    @Test(arguments: HTTPDateForm.allCases)
    func `a date counts from the response's Date, whatever our clock says`(form: HTTPDateForm) {
        for skew in [-3600, -30, 0, 30, 3600] as [Int64] {
            var call = Call()
            let serverDate = WallTime(secondsSinceEpoch: wall.secondsSinceEpoch + skew)
            let decision = call.receive(
                503,
                [
                    ("Date", HTTPDate.format(serverDate)),
                    ("Retry-After", HTTPDate.format(serverDate + .seconds(3), form: form)),
                ])
            guard case .wait(let wait, .announced(let announced)) = decision else {
                Issue.record("no announced wait at skew \(skew)")
                return
            }
            #expect(announced == .seconds(3))
            #expect(wait >= .seconds(3))
        }
    }

    @Test(arguments: [
        "soon", "", "-5", "1.5", "12abc", "0x10", "5, 7", "Fri, 31 Feb 2027 00:00:00 GMT", "0",
        "Tue, 24 Nov 2020 06:00:00 GMT",
    ])
    func `an announcement that says nothing leaves the ladder`(value: String) {
        for seed in UInt64(0)..<50 {
            var call = Call(seed: seed)
            guard case .wait(let wait, let reason) = call.receive(503, [("Retry-After", value)]) else {
                Issue.record("no wait for \(value)")
                return
            }
            #expect(reason == .announcementUnusable)
            #expect(wait >= .milliseconds(50))
            #expect(wait <= .milliseconds(500))
        }
    }

    @Test(arguments: ["61", "121", "86400", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
    func `a wait above the ceiling is given up at once`(value: String) {
        var call = Call()
        guard case .giveUp(.announcedAboveCeiling(let wait)) = call.receive(429, [("Retry-After", value)]) else {
            Issue.record("did not give up at \(value)")
            return
        }
        #expect(wait > .seconds(60))
    }

    @Test func `the policy can ignore announcements`() {
        var call = Call {
            $0.retryAfter = .ignored
            $0.jitter = .none
        }
        #expect(call.receive(429, [("Retry-After", "30")]) == .wait(.milliseconds(500), .backoff))
    }

    // MARK: The deadline

    @Test func `no wait reaches the deadline`() {
        for seed in UInt64(0)..<300 {
            var call = Call(seed: seed) {
                $0.attempts = 50
                $0.deadline = .seconds(5)
            }
            var decision = call.receive(503)
            while case .wait = decision { decision = call.receive(503) }
            #expect(decision == .giveUp(.deadline(.seconds(5))), "seed \(seed)")
            for attempt in call.state.history {
                #expect(attempt.started < Instant.zero + .seconds(5), "seed \(seed)")
            }
        }
    }

    @Test func `an announced wait beyond the deadline is given up at once`() {
        var call = Call { $0.deadline = .seconds(5) }
        #expect(call.receive(503, [("Retry-After", "30")]) == .giveUp(.deadline(.seconds(5))))
        #expect(call.now < Instant.zero + .milliseconds(20))
    }

    @Test func `chance above an announced wait leaves time for the attempt`() {
        for seed in UInt64(0)..<300 {
            var call = Call(seed: seed) { $0.deadline = .milliseconds(2110) }
            guard case .wait(let wait, _) = call.receive(503, [("Retry-After", "2")]) else {
                Issue.record("no wait, seed \(seed)")
                return
            }
            #expect(wait >= .seconds(2))
            #expect(wait <= .milliseconds(2050))
        }
    }

    // MARK: History

    @Test func `the history tells what happened and why`() {
        var call = Call { $0.jitter = .none }
        _ = call.fail(.cannotConnect, arrived: false)
        _ = call.receive(503)
        let announced = call.receive(429, [("Retry-After", "2")])
        _ = call.receive(200)
        let history = call.state.history
        #expect(
            history.map(\.outcome) == [
                .failure(.cannotConnect), .response(status: 503), .response(status: 429), .response(status: 200),
            ])
        #expect(history.map(\.elapsed) == [Duration](repeating: .milliseconds(10), count: 4))
        #expect(history[0].decision == .wait(.milliseconds(500), .backoff))
        #expect(history[1].started == Instant.zero + .milliseconds(510))
        #expect(history[1].decision == .wait(.seconds(1), .backoff))
        #expect(history[2].retryAfter == .delay(seconds: 2))
        #expect(history[2].decision == announced)
        #expect(history[3].decision == .finish)
    }

    @Test func `a decorrelated ladder grows from its own waits, not from announced ones`() {
        for seed in UInt64(0)..<200 {
            var call = Call(seed: seed) { $0.jitter = .decorrelated }
            _ = call.receive(429, [("Retry-After", "30")])
            guard case .wait(let wait, .backoff) = call.receive(503) else {
                Issue.record("no wait, seed \(seed)")
                return
            }
            #expect(wait <= .milliseconds(1500))
        }
    }

    @Test(arguments: [
        (RetryDecision.GiveUpReason.attemptsExhausted(5), "all 5 attempts failed"),
        (.attemptsExhausted(1), "the only attempt failed"),
        (
            .announcedAboveCeiling(.seconds(86_400)),
            "the server asks for a wait of 24 h, longer than is accepted"
        ),
        (.deadline(.seconds(5)), "no further attempt fits into the deadline of 5 s"),
        (.notRetryable(.tooLarge), "response too large, which does not pass by itself"),
    ])
    func `reasons are sentences`(reason: RetryDecision.GiveUpReason, text: String) {
        #expect(reason.description == text)
    }
}
