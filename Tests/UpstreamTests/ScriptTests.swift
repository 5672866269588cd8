import Fixtures
import HTTPSemantics
import Journal
import TestSupport
import Testing
import Upstream

/// Scripts are played to the requests that arrive, in their order and as often as they say.
struct ScriptTests {
    private let get = UpstreamRequest(method: "GET", target: "/")

    @Test func `refuses three times and then succeeds`() {
        var upstream = Upstream(
            fixture: .scripted([.refused(3, retryAfter: .seconds(.seconds(2))), .ok]), wall: .example)
        let plans = (0..<5).map { upstream.decide(get, at: .seconds(Int64($0))) }
        let expected = [0, 0, 0, 1, 1].enumerated().map { index, reply in
            ReplyPlan(outcome: .script(route: 0, reply: reply), attempt: index + 1, status: reply == 0 ? 429 : 200)
        }
        #expect(plans == expected)
        let refusal = upstream.render(plans[0], for: get, at: .zero)
        #expect(refusal.status == 429)
        #expect(refusal.fields["Retry-After"] == "2")
        #expect(refusal.body == Array("slow down\n".utf8))
    }

    struct EndingCase: CustomTestStringConvertible {
        var ending: ScriptEnding
        var statuses: [Int]
        var testDescription: String { "\(ending)" }
    }

    @Test(arguments: [
        EndingCase(ending: .hold, statuses: [503, 503, 502, 502, 502, 502]),
        EndingCase(ending: .loop, statuses: [503, 503, 502, 503, 503, 502]),
        EndingCase(ending: .fail, statuses: [503, 503, 502, 500, 500, 500]),
    ])
    func `ends as it says`(_ example: EndingCase) {
        let fixture = Fixture.scripted([.status(503, times: 2), .status(502)], ending: example.ending)
        var upstream = Upstream(fixture: fixture, wall: .example)
        let statuses = (0..<6).map { _ in upstream.decide(get, at: .zero).status }
        #expect(statuses == example.statuses)
    }

    @Test func `an exhausted script says so`() {
        var upstream = Upstream(fixture: .scripted([.ok], ending: .fail), wall: .example)
        _ = upstream.decide(get, at: .zero)
        let plan = upstream.decide(get, at: .zero)
        #expect(plan == ReplyPlan(outcome: .exhausted(route: 0), attempt: 2, status: 500))
        let body = String(decoding: upstream.render(plan, for: get, at: .zero).body, as: UTF8.self)
        #expect(body == "The script of * /* is exhausted: this is request 2.\n")
    }

    @Test func `replies of zero times are passed over`() {
        var upstream = Upstream(fixture: .scripted([.refused(0), .ok, .refused(0)]), wall: .example)
        let statuses = (0..<3).map { _ in upstream.decide(get, at: .zero).status }
        #expect(statuses == [200, 200, 200])
        #expect(upstream.accounting.isEmpty)
    }

    @Test func `a fault after the request leaves nothing to send`() {
        let reply = Reply(content: .nothing, fault: Fault(point: .request, action: .reset), delay: .seconds(1))
        var upstream = Upstream(fixture: .scripted([reply]), wall: .example)
        var events: [JournalEntry.Event] = []
        let plan = upstream.answer(get, at: .zero) { events.append($0) }
        #expect(
            plan
                == ReplyPlan(
                    outcome: .script(route: 0, reply: 0), attempt: 1, status: 0, delay: .seconds(1),
                    fault: Fault(point: .request, action: .reset)))
        #expect(
            events == [
                .decided(
                    Decision(
                        source: .script(reply: 0), route: "* /*", attempt: 1, status: 0, fault: "after request: reset",
                        delay: .seconds(1)))
            ])
        #expect(upstream.render(plan, for: get, at: .zero).status == 0)
    }

    // MARK: Who advances a script

    private func request(caller: String? = nil, key: String? = nil, body: String = "", method: String = "POST")
        -> UpstreamRequest
    {
        var fields = FieldBlock()
        if let caller { fields.append("Authorization", caller) }
        if let key { fields.append("Idempotency-Key", key) }
        return UpstreamRequest(method: method, target: "/", fields: fields, body: Array(body.utf8))
    }

    @Test func `one script for each caller`() {
        var upstream = Upstream(
            fixture: .scripted([.refused(), .ok], scope: .caller, caller: .header("authorization")), wall: .example)
        let callers = ["a", "b", nil, "a", nil, "b"]
        let attempts = callers.map { upstream.decide(request(caller: $0), at: .zero).attempt }
        #expect(attempts == [1, 1, 1, 2, 2, 2])
    }

    @Test func `one script for each call`() {
        var upstream = Upstream(fixture: .scripted([.refused(), .ok], scope: .call), wall: .example)
        let requests = [
            request(body: "1"), request(body: "2"), request(body: "1"), request(body: "1", method: "PUT"),
            request(key: "k", body: "1"), request(key: "k", body: "another"), request(key: "l", body: "1"),
        ]
        let attempts = requests.map { upstream.decide($0, at: .zero).attempt }
        #expect(attempts == [1, 1, 2, 1, 1, 2, 1])
    }

    @Test func `beyond the bound the least recently seen call starts afresh`() {
        var upstream = Upstream(fixture: .scripted([.ok], scope: .call), wall: .example, keyCapacity: 2)
        let attempts = ["1", "2", "1", "3", "1", "2"].map { upstream.decide(request(body: $0), at: .zero).attempt }
        #expect(attempts == [1, 1, 2, 1, 3, 1])
    }

    // MARK: Accounting

    struct AccountCase: CustomTestStringConvertible {
        var replies: [Reply]
        var ending = ScriptEnding.hold
        var requests: Int
        var account: ScriptAccount?
        var testDescription: String { "\(replies.map(\.times)) then \(ending), \(requests) requests" }

        init(_ replies: [Reply], _ ending: ScriptEnding = .hold, requests: Int, _ scripted: Int, _ consumed: Int) {
            self.replies = replies
            self.ending = ending
            self.requests = requests
            account = scripted == 0 ? nil : ScriptAccount(route: "* /*", scripted: scripted, consumed: consumed)
        }
    }

    @Test(arguments: [
        AccountCase([.ok], requests: 3, 0, 0),
        AccountCase([.refused(3), .ok], requests: 0, 3, 0),
        AccountCase([.refused(3), .ok], requests: 2, 3, 2),
        AccountCase([.refused(3), .ok], requests: 9, 3, 3),
        AccountCase([.refused(3)], requests: 2, 3, 2),
        AccountCase([.refused(3), .ok], .fail, requests: 3, 4, 3),
        AccountCase([.refused(3), .ok], .loop, requests: 9, 4, 4),
    ])
    func `accounts for scripted replies`(_ example: AccountCase) {
        var upstream = Upstream(fixture: .scripted(example.replies, ending: example.ending), wall: .example)
        for _ in 0..<example.requests { _ = upstream.decide(get, at: .zero) }
        #expect(upstream.accounting == [example.account].compactMap { $0 })
    }

    @Test func `accounts for every script that was begun`() {
        var upstream = Upstream(fixture: .scripted([.refused(2), .ok], scope: .call), wall: .example)
        for body in ["1", "1", "1", "2"] { _ = upstream.decide(request(body: body), at: .zero) }
        #expect(upstream.accounting == [ScriptAccount(route: "* /*", scripted: 4, consumed: 3)])
        upstream.reset(at: .zero)
        #expect(upstream.accounting == [ScriptAccount(route: "* /*", scripted: 2, consumed: 0)])
    }
}
