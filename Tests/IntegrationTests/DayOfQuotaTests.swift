import Fixtures
import Grading
import MockServer
import TestSupport
import Testing

/// A day of quota, tested from Python over the control API with the clock moved by hand.
@Suite(.timeLimit(.minutes(10))) struct DayOfQuotaTests {
    /// Times itself: what it prints is how long the day took, the interpreter's start and imports left out.
    static let script = """
        import json, sys, time, http.client

        control = http.client.HTTPConnection(sys.argv[1])

        def call(method, path, body=None):
            payload = None if body is None else json.dumps(body)
            control.request(method, path, payload, {"Content-Type": "application/json"})
            answer = control.getresponse()
            text = answer.read()
            assert answer.status < 300, (answer.status, text)
            return json.loads(text)

        began = time.monotonic()
        lane = call("POST", "/v1/lanes", {"name": "daily", "fixture": {
            "limits": {"daily": {"quota": "10/1d", "algorithm": "fixed-window"}},
            "routes": [{"match": "GET /", "limits": ["daily"], "reply": {"success": {}}}]}})
        upstream = http.client.HTTPConnection(lane["url"].removeprefix("http://"))

        def get():
            upstream.request("GET", "/")
            answer = upstream.getresponse()
            answer.read()
            return answer.status, answer.getheader("Retry-After")

        assert [get()[0] for _ in range(10)] == [200] * 10
        # Every hour of the day: refused, and told the truth about how long.
        for hour in range(24):
            assert get() == (429, str(86400 - 3600 * hour)), hour
            clock = call("POST", "/v1/lanes/daily/clock", {"advance": "1h" if hour < 23 else "3599s"})
        assert clock["clock"] == "manual" and clock["now"] == 86399, clock
        assert get() == (429, "1")
        assert call("POST", "/v1/lanes/daily/clock", {"advance": "1s"})["now"] == 86400
        assert [get()[0] for _ in range(11)] == [200] * 10 + [429]
        assert call("GET", "/v1/lanes/daily/clock")["now"] == 86400
        print(time.monotonic() - began)
        """

    /// A machine that is busy with other tests gets five tries.
    @Test func `takes less than a second`() async throws {
        let loader = FixtureLoader.shipped()
        let server = try MockServer(
            .init(control: ControlConfiguration(loader: loader, rules: RuleCatalogue.all), clock: .manual))
        let control = try #require(server.controlURL?.dropFirst("http://".count))
        var seconds: [Double] = []
        while seconds.count < 5, seconds.last ?? 1 >= 1 {
            let outcome = try await Program.python.run(["-I", "-c", Self.script, String(control)])
            try #require(outcome.exitCode == 0, "\(outcome.errors)")
            seconds.append(try #require(Double(outcome.output.dropLast())))
            await server.removeLane(named: "daily")
        }
        await server.shutdown(grace: .zero)
        #expect(try #require(seconds.last) < 1, "\(seconds)")
    }
}
