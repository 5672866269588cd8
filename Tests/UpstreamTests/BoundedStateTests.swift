import Fixtures
import HTTPSemantics
import RateLimiting
import TestSupport
import Testing
import Upstream

/// The state is changed in place: one request costs the same however many came before.
struct BoundedStateTests {
    private static let limit = LimitDefinition(
        name: "l", policy: .tokenBucket(quota: 1, window: .seconds(3600), burst: 1000), key: .query("caller"))

    /// An upstream that knows so many callers.
    private func upstream(callers: Int) -> Upstream {
        var upstream = Upstream(
            fixture: .scripted(scope: .caller, limits: [Self.limit], caller: .query("caller")), wall: .example)
        for number in 0..<callers {
            _ = upstream.decide(UpstreamRequest(method: "GET", target: "/?caller=\(number)"), at: .zero)
        }
        return upstream
    }

    /// The shortest of many times: a busy machine does not disturb all of them.
    private func timeOfOneRequest(_ upstream: inout Upstream) -> Duration {
        let request = UpstreamRequest(method: "GET", target: "/?caller=0")
        return (0..<100).map { _ in ContinuousClock().measure { _ = upstream.decide(request, at: .zero) } }.min()
            ?? .zero
    }

    @Test(.timeLimit(.minutes(10)))
    func `a request among 100,000 callers takes no longer than one alone`() {
        var (alone, among) = (upstream(callers: 1), upstream(callers: 100_000))
        // A state that is copied at every request takes fifteen times as long.
        #expect(timeOfOneRequest(&among) < timeOfOneRequest(&alone) * 6)
    }
}
