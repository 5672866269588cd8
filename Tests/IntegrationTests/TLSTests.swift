import Backoff
import BackoffClient
import Fixtures
import HTTPTypes
import MockServer
import TestSupport
import Testing

/// Upstreams under TLS, as the clients of this machine meet them.
@Suite(.timeLimit(.minutes(10))) struct TLSTests {
    private static func lane<Result>(
        _ fixture: Fixture = .scripted([.ok]), tls: Bool = true,
        _ body: (_ lane: Lane, _ authority: String) async throws -> Result
    ) async throws -> Result {
        let server = try MockServer()
        let folder = try TemporaryFolder()
        do {
            let lane = try await server.addLane(fixture, tls: tls)
            let result = try await body(lane, try folder.write(lane.authority ?? "", to: "ca.pem"))
            await server.shutdown(grace: .zero)
            return result
        } catch {
            await server.shutdown(grace: .zero)
            throw error
        }
    }

    private static func curl(_ url: String, _ authority: String) async throws -> Program.Outcome {
        try await Program.curl.run(["-q", "-sS", "--noproxy", "*", "--max-time", "20", "--cacert", authority, url])
    }

    private static func with(_ certificate: CertificateKind) -> Fixture {
        var fixture = Fixture.scripted([.ok])
        fixture.certificate = certificate
        return fixture
    }

    private static func breaking(with ending: String) throws -> Fixture {
        let text = "routes: [ { match: '* /*', reply: { fault: { after: request, then: \(ending) } } } ]"
        return try #require(FixtureLoader.shipped().load(Array(text.utf8), file: "fault.yaml").fixture)
    }

    @Test func `curl verifies the certificate by address and by name`() async throws {
        try await Self.lane { lane, authority in
            #expect(lane.url == "https://127.0.0.1:\(lane.port)")
            for url in [lane.url, "https://localhost:\(lane.port)"] {
                let outcome = try await Self.curl(url, authority)
                #expect(outcome.exitCode == 0, "\(outcome.errors)")
                #expect(outcome.output == "ok\n")
            }
            let distrustful = try await Program.curl.run(["-q", "-sS", "--noproxy", "*", lane.url])
            #expect(distrustful.exitCode == 60)
        }
    }

    /// Prints the version and how many bytes came, or what ended the stream without a farewell.
    private static let listener = """
        import socket, ssl, sys

        context = ssl.create_default_context(cafile=sys.argv[2])
        # Python forgives an end without a farewell unless it is told not to.
        context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
        with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20) as plain:
            with context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as stream:
                stream.sendall(b"GET / HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")
                answer = b""
                try:
                    while piece := stream.recv(4096):
                        answer += piece
                except ssl.SSLError as error:
                    if error.reason != "UNEXPECTED_EOF_WHILE_READING":
                        raise
                    print("no farewell after", len(answer))
                else:
                    print(stream.version(), len(answer))
        """

    @Test(arguments: [
        ("close", "TLSv1.3 0\n"), ("close-without-notify", "no farewell after 0\n"),
    ])
    func `Python's ssl verifies it, and hears a farewell before the end unless there is none`(
        _ ending: String, _ heard: String
    ) async throws {
        try await Self.lane(Self.breaking(with: ending)) { lane, authority in
            let outcome = try await Program.python.run(["-I", "-c", Self.listener, "\(lane.port)", authority])
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            #expect(outcome.output == heard)
        }
    }

    @Test func `a body that is cut off without a farewell is a body cut off`() async throws {
        let text = """
            routes:
              - match: "* /*"
                reply: { status: 200, text: 0123456789, fault: { after: 4 B, then: close-without-notify } }
            """
        let fixture = try #require(FixtureLoader.shipped().load(Array(text.utf8), file: "fault.yaml").fixture)
        try await Self.lane(fixture) { lane, authority in
            let outcome = try await Program.python.run(["-I", "-c", Self.listener, "\(lane.port)", authority])
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            #expect(outcome.output.hasPrefix("no farewell after "))
            #expect(try await Self.curl(lane.url, authority).output == "0123")
        }
    }

    @Test func `a length that cannot be read is answered once under TLS too, with a farewell`() async throws {
        let script = Self.listener.replacing(
            "localhost\\r\\n", with: "localhost\\r\\nContent-Length: -1\\r\\n", maxReplacements: 1)
        try await Self.lane { lane, authority in
            let outcome = try await Program.python.run([
                "-I", "-c", script + "\nprint(answer.count(b'HTTP/1.1 400'), answer.count(b'HTTP/'))", "\(lane.port)",
                authority,
            ])
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            #expect(outcome.output.hasPrefix("TLSv1.3 "))
            #expect(outcome.output.hasSuffix("\n1 1\n"))
        }
    }

    @Test(arguments: [CertificateKind.expired, .wrongName, .untrusted])
    func `a bad certificate is refused by curl and by the backoff client`(kind: CertificateKind) async throws {
        // The fixture alone is reason enough for TLS.
        try await Self.lane(Self.with(kind), tls: false) { lane, authority in
            let outcome = try await Self.curl(lane.url, authority)
            #expect(outcome.exitCode == 60)
            let request = HTTPRequest(
                method: .get, scheme: "https", authority: "127.0.0.1:\(lane.port)", path: "/")
            var configuration = BackoffClient.Configuration()
            configuration.caFile = authority
            let error = await #expect(throws: BackoffError.self) {
                try await BackoffClient(configuration).perform(request)
            }
            #expect(error?.history.map(\.outcome) == [.failure(.certificateRefused)])
            configuration.caFile = nil
            configuration.verifiesCertificates = false
            let response = try await BackoffClient(configuration).perform(request)
            #expect(response.response.status == .ok)
        }
    }

    @Test func `a reset is a reset under TLS too`() async throws {
        try await Self.lane(Self.breaking(with: "reset")) { lane, authority in
            let outcome = try await Self.curl(lane.url, authority)
            #expect(outcome.exitCode == 56)
        }
    }

    @Test func `an oversized body is answered in TLS records, by a script of our own`() async throws {
        let server = try MockServer(MockServer.Configuration(bodyLimit: 10))
        let lane = try await server.addLane(.scripted([.ok]), tls: true)
        let folder = try TemporaryFolder()
        let authority = try folder.write(try #require(lane.authority), to: "ca.pem")
        // Chunked, so that only the body itself tells its size.
        let outcome = try await Program.curl.run([
            "-q", "-sS", "--noproxy", "*", "--max-time", "20", "--cacert", authority, "-H",
            "Transfer-Encoding: chunked", "-H", "Expect:", "-d", "more than ten bytes", "-w", "%{http_code}", "-o",
            "/dev/null", lane.url,
        ])
        #expect(outcome.output == "413")
        await server.shutdown(grace: .zero)
    }

    @Test func `HTTP and HTTPS stand side by side, and each lets go of who speaks the other`() async throws {
        let server = try MockServer()
        let plain = try await server.addLane(.scripted([.ok]))
        let encrypted = try await server.addLane(.scripted([.ok]), tls: true)
        #expect(plain.url.hasPrefix("http://") && !plain.isEncrypted && plain.authority == nil)
        #expect(encrypted.url.hasPrefix("https://") && encrypted.isEncrypted)
        let folder = try TemporaryFolder()
        let authority = try folder.write(try #require(encrypted.authority), to: "ca.pem")

        let client = try RawClient(port: encrypted.port)
        try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        let (bytes, end) = try await client.readToEnd()
        #expect(end != .silence)
        #expect(!bytes.starts(with: Array("HTTP".utf8)))
        #expect(try await Self.curl("https://127.0.0.1:\(plain.port)", authority).exitCode == 35)

        #expect(try await Self.curl(plain.url, authority).exitCode == 0)
        #expect(try await Self.curl(encrypted.url, authority).exitCode == 0)
        await server.shutdown(grace: .zero)
    }

    @Test func `a certificate that is none is an error that says so`() async throws {
        let server = try MockServer(
            MockServer.Configuration(identity: ServerIdentity(certificates: "nonsense", key: "nonsense")))
        let error = await #expect(throws: ServerError.self) { try await server.addLane(.scripted([.ok]), tls: true) }
        #expect(error?.code == .certificateUnusable)
        await server.shutdown(grace: .zero)
    }
}
