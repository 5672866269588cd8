import Fixtures
import HTTPSemantics
import TestSupport
import Testing
import Upstream

/// Delays as the plans have them: their distribution, and that they follow from the seed.
struct DelayTests {
    private func delays(_ delay: Delay, count: Int, seed: UInt64 = 1) -> [Duration] {
        var fixture = Fixture.scripted([.ok.delayed(delay)])
        fixture.seed = seed
        var upstream = Upstream(fixture: fixture, wall: .example)
        return (0..<count).map { _ in upstream.decide(UpstreamRequest(method: "GET", target: "/"), at: .zero).delay }
    }

    static let drawn: [Delay] = [
        .uniform(.milliseconds(50), .seconds(2)), .normal(mean: .milliseconds(100), deviation: .milliseconds(20)),
        .lognormal(median: .milliseconds(100), sigma: 0.5), .measured([.milliseconds(1), .milliseconds(2)]),
    ]

    @Test(arguments: drawn) func `the same seed draws the same, another one does not`(_ delay: Delay) {
        #expect(delays(delay, count: 50, seed: 7) == delays(delay, count: 50, seed: 7))
        #expect(delays(delay, count: 50, seed: 7) != delays(delay, count: 50, seed: 8))
    }

    @Test func `a reset lane draws from the start`() {
        let fixture = Fixture.scripted([.ok.delayed(Self.drawn[0])])
        var upstream = Upstream(fixture: fixture, wall: .example)
        let request = UpstreamRequest(method: "GET", target: "/")
        let first = upstream.decide(request, at: .zero).delay
        upstream.reset(at: .zero)
        let again = upstream.decide(request, at: .zero).delay
        #expect(first == again)
    }

    @Test func `uniform delays lie between their ends, and half of them below the middle`() {
        let all = delays(.uniform(.milliseconds(50), .milliseconds(150)), count: 10_000)
        #expect(all.allSatisfy { (.milliseconds(50) ... .milliseconds(150)).contains($0) })
        #expect((4_700...5_300).contains(all.count { $0 < .milliseconds(100) }))
    }

    @Test func `normal delays have two thirds within one deviation, and none below nothing`() {
        let all = delays(.normal(mean: .milliseconds(100), deviation: .milliseconds(20)), count: 10_000)
        #expect((6_600...7_050).contains(all.count { (.milliseconds(80) ... .milliseconds(120)).contains($0) }))
        #expect((4_800...5_200).contains(all.count { $0 < .milliseconds(100) }))
        let wide = delays(.normal(mean: .milliseconds(1), deviation: .milliseconds(100)), count: 1_000)
        #expect(wide.contains(.zero) && wide.allSatisfy { $0 >= .zero })
    }

    @Test func `lognormal delays have their median, and their sigma's share above`() {
        let all = delays(.lognormal(median: .milliseconds(100), sigma: 1), count: 10_000)
        #expect((4_800...5_200).contains(all.count { $0 < .milliseconds(100) }))
        #expect((1_450...1_730).contains(all.count { $0 > .microseconds(271_828) }))
        let widest = delays(.lognormal(median: Delay.longest, sigma: 10), count: 100)
        #expect(widest.allSatisfy { (.zero...Delay.longest).contains($0) })
    }

    @Test func `measured delays are those that were measured`() {
        let measured: [Duration] = [.milliseconds(80), .milliseconds(95), .milliseconds(1900)]
        let all = delays(.measured(measured), count: 3_000)
        for delay in measured { #expect((880...1_120).contains(all.count { $0 == delay })) }
    }
}

extension Reply {
    fileprivate func delayed(_ delay: Delay) -> Reply {
        var copy = self
        copy.delay = delay
        return copy
    }
}
