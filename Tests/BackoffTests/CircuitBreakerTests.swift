import Backoff
import HTTPSemantics
import Testing

@Suite struct CircuitBreakerTests {
    static func at(_ seconds: Double) -> Instant { .zero + .seconds(seconds) }

    static var opened: CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<20 { breaker.report(success: false, probe: false, at: .zero) }
        return breaker
    }

    @Test func `few failures prove nothing, many open it`() {
        var breaker = CircuitBreaker()
        for _ in 0..<19 { breaker.report(success: false, probe: false, at: .zero) }
        #expect(breaker.state == .closed)
        breaker.report(success: false, probe: false, at: .zero)
        #expect(breaker.state == .open(until: Self.at(5)))
        #expect(breaker.admit(at: Self.at(4.9)) == .refused(until: Self.at(5)))
    }

    @Test func `a share below the limit keeps it closed`() {
        var breaker = CircuitBreaker()
        for number in 0..<1_000 { breaker.report(success: number % 5 < 3, probe: false, at: .zero) }
        #expect(breaker.state == .closed)
    }

    @Test func `failures of long ago do not count`() {
        var breaker = CircuitBreaker()
        for _ in 0..<19 { breaker.report(success: false, probe: false, at: .zero) }
        breaker.report(success: false, probe: false, at: Self.at(11))
        #expect(breaker.state == .closed)
    }

    @Test func `one probe asks, and its success closes it`() {
        var breaker = Self.opened
        #expect(breaker.admit(at: Self.at(5)) == .probe)
        #expect(breaker.admit(at: Self.at(5)) == .refused(until: Self.at(5.5)))
        breaker.report(success: true, probe: true, at: Self.at(5.1))
        #expect(breaker.state == .closed)
        #expect(breaker.admit(at: Self.at(5.1)) == .pass)
    }

    @Test func `failed probes pause longer and longer, up to a limit`() {
        var breaker = Self.opened
        var now = Self.at(5)
        var pauses: [Double] = []
        for _ in 0..<6 {
            #expect(breaker.admit(at: now) == .probe)
            breaker.report(success: false, probe: true, at: now)
            guard case .open(let until) = breaker.state else { continue }
            pauses.append((until - now).inSeconds)
            now = until
        }
        #expect(pauses == [10, 20, 40, 60, 60, 60])
    }

    @Test func `a cancelled probe leaves its place to another`() {
        var breaker = Self.opened
        #expect(breaker.admit(at: Self.at(5)) == .probe)
        breaker.cancelled(probe: true)
        #expect(breaker.admit(at: Self.at(5)) == .probe)
    }

    @Test func `what was sent before it opened says nothing any more`() {
        var breaker = Self.opened
        breaker.report(success: true, probe: false, at: Self.at(1))
        #expect(breaker.state == .open(until: Self.at(5)))
        #expect(breaker.admit(at: Self.at(5)) == .probe)
        breaker.report(success: true, probe: false, at: Self.at(5))
        #expect(breaker.state == .halfOpen)
    }
}
