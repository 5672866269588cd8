import Fixtures
import Grading
import HTTPSemantics
import Journal
import TestSupport
import Testing

@testable import MockServer

/// A civil clock that is set: dates move, and nothing else.
@Suite(.timeLimit(.minutes(10)))
struct ClockStepTests {
    private func date(of lane: Lane) async throws -> (date: WallTime, retryAfter: String?) {
        let upstream = try RawClient(port: lane.port)
        try await upstream.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        let response = try await upstream.response()
        let date = try #require(response["Date"].flatMap { HTTPDate.parse($0, reference: lane.wall.origin)?.time })
        return (date, response["Retry-After"])
    }

    @Test func `a fixture's steps move dates, and a reset begins them again`() async throws {
        var fixture = Fixture.scripted([.refused(9, retryAfter: .date(.seconds(3), form: .imfFixdate))])
        fixture.clockSkew = .seconds(300)
        fixture.clockSteps = [
            ClockStep(at: .seconds(10), by: .seconds(-300)), ClockStep(at: .seconds(20), by: .seconds(1)),
        ]
        let made = fixture
        try await withServer(MockServer.Configuration(clock: .manual)) { server in
            let lane = try await server.addLane(made)
            let first = try await date(of: lane)
            #expect(first.date == lane.wall.origin.roundedDownToSecond)
            #expect(await lane.advance(by: .seconds(10)) == .seconds(10))
            let second = try await date(of: lane)
            #expect(second.date == first.date + .seconds(10 - 300))
            let announced = try #require(
                second.retryAfter.flatMap { HTTPDate.parse($0, reference: lane.wall.origin)?.time })
            #expect((3...4).contains((announced - second.date).inSeconds))
            #expect(lane.time() == lane.wall.origin + .seconds(10 - 300))
            await lane.advance(by: .seconds(90))
            #expect(try await date(of: lane).date == first.date + .seconds(100 - 299))
            let steps = WallStep.gather(await lane.journal().entries)
            #expect(
                steps == [
                    WallStep(at: .seconds(10), by: .seconds(-300)), WallStep(at: .seconds(20), by: .seconds(1)),
                ])
            await lane.reset()
            #expect(try await date(of: lane).date == first.date + .seconds(100))
            await lane.advance(by: .seconds(10))
            #expect(try await date(of: lane).date == first.date + .seconds(110 - 300))
        }
    }

    @Test func `a step over the API moves dates and no limit`() async throws {
        let fixture = try Fixture.parsed(
            """
            limits: { one: { quota: 1/1m, algorithm: fixed-window, window: calendar } }
            routes: [ { match: GET /, limits: [one], reply: { success: {} } } ]
            """)
        try await withControl(clock: .manual) { client, server in
            let lane = try await server.addLane(fixture, name: "a")
            let first = try await date(of: lane)
            let wait = try #require(try await date(of: lane).retryAfter)
            let stepped = try await client.post("/v1/lanes/a/clock", #"{"step": "2h"}"#)
            #expect(stepped.status == 200)
            let time = RFC3339.format(lane.wall.origin + .seconds(7200))
            #expect(stepped.text == #"{"clock":"manual","now":0.0,"time":"\#(time)"}"# + "\n")
            let later = try await date(of: lane)
            #expect(later.date == first.date + .seconds(7200))
            #expect(later.retryAfter == wait)
            #expect(try await client.post("/v1/lanes/a/clock", #"{"step": "-2h"}"#).status == 200)
            #expect(try await date(of: lane).date == first.date)
            // Another fixture is served by the same clock.
            _ = try await client.post("/v1/lanes/a/clock", #"{"step": "-1s"}"#)
            await lane.replaceFixture(.scripted())
            #expect(try await date(of: lane).date == first.date + .seconds(-1))
        }
    }

    @Test(arguments: [
        #"{"step": 5}"#, #"{"step": "5"}"#, #"{"step": "-99999d"}"#, #"{"step": "1s", "advance": "1s"}"#,
        #"{"step": "1s", "step": "1s"}"#, #"{"by": "1s"}"#,
    ])
    func `says what is wrong with a step, and sets nothing`(_ body: String) async throws {
        try await withControl { client, server in
            let lane = try await server.addLane(.scripted(), name: "a", clock: .manual)
            let answer = try await client.post("/v1/lanes/a/clock", body)
            #expect(answer.status == 400)
            #expect(answer.text.contains("invalid-member"))
            #expect(lane.time() == lane.wall.origin)
        }
    }

    @Test func `who comes at the date of the response is on time, although the clock was set meanwhile`() async throws {
        var fixture = Fixture.scripted([.refused(1, retryAfter: .date(.seconds(4), form: .imfFixdate)), .ok])
        fixture.clockSteps = [
            ClockStep(at: .seconds(1), by: .seconds(-300)), ClockStep(at: .seconds(2), by: .seconds(9)),
        ]
        fixture.expectations = [Expectation(rule: "RD-01")]
        for (wait, verdict) in [(Duration.seconds(5), Verdict.pass), (.milliseconds(2500), .fail)] {
            let made = fixture
            try await withServer(MockServer.Configuration(clock: .manual)) { server in
                let lane = try await server.addLane(made)
                await lane.advance(by: .milliseconds(1500))
                _ = try await date(of: lane)
                await lane.advance(by: wait)
                _ = try await date(of: lane)
                _ = await lane.exchanges(ended: 2)
                let finding = try #require(await lane.verdicts(by: RuleCatalogue.all).first?.finding)
                #expect(finding.verdict == verdict, "\(finding.actual)")
            }
        }
    }

    @Test func `a lane over the API can have a clock and TLS of its own`() async throws {
        let fixture = #""fixture": {"routes": [{"match": "GET /", "reply": {"success": {}}}]}"#
        try await withControl { client, server in
            let made = try await client.post(
                "/v1/lanes", #"{\#(fixture), "name": "a", "clock": "manual", "tls": true}"#)
            #expect(made.status == 201)
            #expect(made.text.contains(#""url":"https://127.0.0.1:"#))
            #expect(made.text.contains(#""tls":true,"ca":"-----BEGIN CERTIFICATE-----"#))
            let lane = try #require(await server.lane(named: "a"))
            #expect(lane.clock == .manual)
            #expect(try await client.post("/v1/lanes", #"{\#(fixture), "name": "b", "tls": false}"#).status == 201)
            let other = try #require(await server.lane(named: "b"))
            #expect(other.clock == .real)
            #expect(!other.isEncrypted)
            for wrong in [#""clock": "slow""#, #""clock": true"#, #""tls": "yes""#] {
                #expect(try await client.post("/v1/lanes", "{\(fixture), \(wrong)}").status == 400)
            }
        }
    }
}
