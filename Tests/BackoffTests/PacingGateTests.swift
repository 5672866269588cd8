import Backoff
import HTTPSemantics
import RateLimiting
import Testing

@Suite struct PacingGateTests {
    static let wall = WallTime(secondsSinceEpoch: 1_800_000_000)

    static func fields(_ lines: (String, String)...) -> RateLimitFields {
        RateLimitFields(FieldBlock(lines), received: wall)
    }

    static func instant(_ milliseconds: Int64) -> Instant { .zero + .milliseconds(milliseconds) }

    /// Asks until the gate says no.
    static func burst(_ gate: inout PacingGate, at now: Instant, most: Int = 1_000) -> [PacingGate.Ticket] {
        var tickets: [PacingGate.Ticket] = []
        while tickets.count < most, case .go(let ticket) = gate.admit(at: now) { tickets.append(ticket) }
        return tickets
    }

    @Test func `a gate that knows nothing lets everything pass`() {
        var gate = PacingGate()
        #expect(Self.burst(&gate, at: .zero).count == 1_000)
        #expect(gate.inFlight == 1_000)
    }

    @Test func `one refusal holds everybody until its instant, and one probe goes first`() throws {
        var gate = PacingGate()
        let ticket = try #require(Self.burst(&gate, at: .zero, most: 1).first)
        gate.finished(ticket, .refused(wait: .seconds(2), nil), at: Self.instant(10))
        #expect(gate.admit(at: Self.instant(20)) == .wait(until: Self.instant(2_010)))
        #expect(gate.admit(at: Self.instant(2_009)) == .wait(until: Self.instant(2_010)))
        let probes = Self.burst(&gate, at: Self.instant(2_010))
        #expect(probes.count == 1)
        gate.finished(probes[0], .admitted(nil), at: Self.instant(2_020))
        let next = Self.burst(&gate, at: Self.instant(2_020))
        #expect(next.count == 2)
        for ticket in next { gate.finished(ticket, .admitted(nil), at: Self.instant(2_030)) }
        #expect(Self.burst(&gate, at: Self.instant(2_030)).count == 4)
    }

    @Test func `the longest of the announced waits counts`() {
        var gate = PacingGate()
        let tickets = Self.burst(&gate, at: .zero, most: 3)
        for (ticket, wait) in zip(tickets, [1, 3, 1]) {
            gate.finished(ticket, .refused(wait: .seconds(wait), nil), at: .zero)
        }
        #expect(gate.admit(at: Self.instant(1_500)) == .wait(until: Self.instant(3_000)))
    }

    @Test func `no more are sent than remain, those under way taken off`() {
        var gate = PacingGate()
        let tickets = Self.burst(&gate, at: .zero, most: 2)
        gate.finished(
            tickets[0], .admitted(Self.fields(("RateLimit", "\"q\";r=4;t=10"), ("RateLimit-Policy", "\"q\";q=5"))),
            at: Self.instant(5))
        #expect(Self.burst(&gate, at: Self.instant(5)).count == 3)
        #expect(gate.admit(at: Self.instant(6)) == .wait(until: Self.instant(10_005)))
        // The new window has what the policy says, less what is still under way.
        #expect(Self.burst(&gate, at: Self.instant(10_005)).count == 1)
    }

    @Test func `the tightest of several limits decides, and only for its own time`() {
        var gate = PacingGate()
        let ticket = Self.burst(&gate, at: .zero, most: 1)[0]
        gate.finished(
            ticket, .admitted(Self.fields(("RateLimit", "\"burst\";r=0;t=1, \"day\";r=900;t=3600"))), at: .zero)
        #expect(gate.admit(at: .zero) == .wait(until: Self.instant(1_000)))
        #expect(Self.burst(&gate, at: Self.instant(1_000)).count == 1)
    }

    @Test func `fields that vanish are not waited for`() {
        var gate = PacingGate()
        let tickets = Self.burst(&gate, at: .zero, most: 2)
        gate.finished(tickets[0], .admitted(Self.fields(("RateLimit", "\"q\";r=0;t=3600"))), at: .zero)
        #expect(gate.admit(at: .zero) == .wait(until: .zero + .seconds(3600)))
        gate.finished(tickets[1], .admitted(nil), at: .zero)
        #expect(Self.burst(&gate, at: .zero, most: 5).count == 5)
    }

    @Test func `nothing left and no time said: one asks at a time`() {
        var gate = PacingGate()
        let ticket = Self.burst(&gate, at: .zero, most: 1)[0]
        gate.finished(ticket, .admitted(Self.fields(("X-RateLimit-Remaining", "0"))), at: .zero)
        #expect(Self.burst(&gate, at: .zero).count == 1)
        #expect(gate.admit(at: .zero) == .wait(until: nil))
    }

    @Test func `a limit of concurrency bounds what is under way`() {
        var gate = PacingGate()
        let ticket = Self.burst(&gate, at: .zero, most: 1)[0]
        gate.finished(
            ticket, .refused(wait: nil, Self.fields(("RateLimit-Policy", "\"c\";q=5;qu=\"concurrent-requests\""))),
            at: .zero)
        #expect((1...5).contains(Self.burst(&gate, at: .zero).count))
    }

    @Test func `refusals without a time halve what is under way, once for all that were sent together`() {
        var gate = PacingGate()
        let tickets = Self.burst(&gate, at: .zero, most: 20)
        for ticket in tickets.prefix(8) { gate.finished(ticket, .refused(wait: nil, nil), at: .zero) }
        for ticket in tickets.dropFirst(8) { gate.finished(ticket, .admitted(nil), at: .zero) }
        let next = Self.burst(&gate, at: .zero)
        #expect((10...12).contains(next.count))
    }

    @Test func `an attempt that is not made leaves no trace`() {
        var gate = PacingGate()
        for ticket in Self.burst(&gate, at: .zero, most: 3) { gate.cancelled(ticket) }
        #expect(gate == PacingGate())
    }

    // MARK: Efficiency (rules QE-01 and QE-02: 20 tasks, 4,000 calls)

    static let window = FixedWindow(
        quota: 100, window: .seconds(2), start: .firstRequest, wall: WallLine(origin: wall))
    static let log = SlidingWindowLog(quota: 100, window: .seconds(2))
    static let bucket = TokenBucket(quota: 50, window: .seconds(1), burst: 100)

    static func check(_ limiter: some RateLimiter, _ workload: QuotaWorkload, optimum: Duration, _ name: String) {
        for seed in 1...5 as ClosedRange<UInt64> {
            let result = workload.run(limiter, seed: seed)
            let efficiency = result.callEfficiency(workload.calls)
            #expect(efficiency >= (workload.sendsFields ? 0.99 : 0.97), "\(name): \(result.refused) refused")
            if workload.sendsFields {
                let time = optimum.inSeconds / result.makespan.inSeconds
                #expect(time >= 0.97, "\(name): \(result.makespan) instead of \(optimum)")
            }
        }
    }

    @Test(arguments: [true, false])
    func `hardly a call is wasted`(fields: Bool) {
        let workload = QuotaWorkload(sendsFields: fields)
        // The optima: 39 further windows of 2 s; the same for a sliding log; (4,000 - 100) calls at 50 a second.
        Self.check(Self.window, workload, optimum: .seconds(78), "fixed window")
        Self.check(Self.log, workload, optimum: .seconds(78), "sliding log")
        Self.check(Self.bucket, workload, optimum: .seconds(78), "token bucket")
        var rate = workload
        // Some call the time in which the rate is earned the window, and what a full bucket has the quota.
        rate.window = 1
        Self.check(Self.bucket, rate, optimum: .seconds(78), "token bucket with its rate's window")
    }

    @Test func `more tasks than a window has calls waste one call a window at most`() {
        let workload = QuotaWorkload(tasks: 300, sendsFields: true)
        // Nobody knows better before the first response, which tells the 200 beyond.
        let result = workload.run(Self.log)
        // After that one a window at most: 39.
        #expect(result.refused <= 200 + 39, "\(result.refused) refused")
    }

    @Test func `where another process draws on the quota, the server's word counts`() {
        let workload = QuotaWorkload(calls: 2_000, stranger: .milliseconds(41), sendsFields: true)
        let result = workload.run(Self.log)
        #expect(result.refused <= 40, "\(result.refused) refused")
    }

    @Test func `a call asks as soon as the first one has left a sliding window, and not a second later`() throws {
        var gate = PacingGate()
        let tickets = Self.burst(&gate, at: .zero, most: 3)
        for (index, ticket) in tickets.enumerated() {
            gate.finished(
                ticket,
                .admitted(
                    Self.fields(("RateLimit", "\"q\";r=\(2 - index);t=3"), ("RateLimit-Policy", "\"q\";q=3;w=2"))),
                at: Self.instant(10 * Int64(index + 1)))
        }
        guard case .wait(let until?) = gate.admit(at: Self.instant(40)) else {
            Issue.record("nothing is left")
            return
        }
        #expect(until >= Self.instant(2_010) && until <= Self.instant(2_012))
        // The answer tells how many may follow.
        #expect(Self.burst(&gate, at: until).count == 1)
    }

    @Test func `what the server counts beside our own calls is waited for`() {
        var gate = PacingGate()
        let tickets = Self.burst(&gate, at: .zero, most: 2)
        for (index, ticket) in tickets.enumerated() {
            // The first may have been counted with the second; after that, of three, two are ours.
            gate.finished(
                ticket,
                .admitted(
                    Self.fields(("RateLimit", "\"q\";r=\(1 - index);t=3"), ("RateLimit-Policy", "\"q\";q=3;w=2"))),
                at: Self.instant(10 * Int64(index + 1)))
        }
        #expect(gate.admit(at: Self.instant(2_100)) == .wait(until: Self.instant(3_010)))
    }

    @Test func `a quota that only refusals tell of costs one call for each window`() {
        let result = QuotaWorkload(sendsFields: false).run(Self.window)
        // The tasks of the first window are refused together: nobody knows better yet.
        #expect(result.refused <= 20 + 39, "\(result.refused) refused")
    }
}
