import Backoff
import BackoffClient
import Fixtures
import HTTPTypes
import MockServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ProxyTests {
    private func client(
        through port: UInt16, _ change: (inout BackoffClient.Configuration) -> Void = { _ in }
    ) throws -> BackoffClient {
        try hastyClient {
            $0.proxy = .url("http://127.0.0.1:\(port)")
            change(&$0)
        }
    }

    @Test func `a proxy is asked for the whole URL`() async throws {
        let proxy = ScriptedServer([.receive, .ok, .again])
        let request = HTTPRequest(method: .get, scheme: "http", authority: "upstream.invalid:81", path: "/a?b")
        let response = try await client(through: proxy.port).perform(request)
        #expect(response.body == Array("ok".utf8))
        #expect(proxy.requests.first?.hasPrefix("GET http://upstream.invalid:81/a?b HTTP/1.1\r\n") == true)
    }

    @Test func `TLS goes through a proxy's tunnel, and is verified`() async throws {
        let proxy = RelayProxy()
        let server = try MockServer()
        let lane = try await server.addLane(.scripted([.ok]), tls: true)
        let folder = try TemporaryFolder()
        let authority = try folder.write(lane.authority ?? "", to: "ca.pem")
        let client = try client(through: proxy.port) { $0.caFile = authority }
        let target = "127.0.0.1:\(lane.port)"
        let request = HTTPRequest(method: .get, scheme: "https", authority: target, path: "/")
        let result = await outcome { () async throws(BackoffError) in try await client.perform(request) }
        #expect(result.status == 200)
        #expect(proxy.targets == [target])
        await server.shutdown(grace: .zero)
    }

    @Test func `a tunnel that is refused was no request: a POST is sent again`() async throws {
        let proxy = ScriptedServer([.receive, .send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"), .close])
        let client = try client(through: proxy.port) { $0.policy.attempts = 3 }
        let request = HTTPRequest(method: .post, scheme: "https", authority: "upstream.invalid", path: "/")
        let result = await outcome { () async throws(BackoffError) in try await client.perform(request, body: [1]) }
        #expect(result.outcomes == [Attempt.Outcome](repeating: .failure(.cannotConnect), count: 3))
        #expect(proxy.requests.allSatisfy { $0.hasPrefix("CONNECT upstream.invalid:443 HTTP/1.1\r\n") })
        #expect(proxy.requests.count == 3)
    }

    @Test func `nobody stands between where nobody is wanted`() async throws {
        let server = ScriptedServer([.receive, .ok])
        let client = try hastyClient { $0.proxy = .direct }
        _ = try await client.perform(HTTPRequest(to: server))
        #expect(server.requests.first?.hasPrefix("GET / HTTP/1.1\r\n") == true)
    }

    @Test(arguments: ["", "127.0.0.1:3128", "ftp://h:1", "http://", "http://a b"])
    func `other texts are no proxy`(url: String) {
        let error = #expect(throws: BackoffClient.ConfigurationError.self) { try hastyClient { $0.proxy = .url(url) } }
        #expect(error?.problems == ["a proxy is http://HOST:PORT, socks5://HOST:PORT, socks5h://HOST:PORT"])
    }
}
