import Backoff
import BackoffClient
import HTTPTypes
import TestSupport
import Testing

/// Our client and a server that many run: HTTP/2, compression, client certificates.
@Suite(.timeLimit(.minutes(10))) struct NginxTests {
    /// Keys and certificates of a server and of a client, each its own authority, and files to serve.
    private static func folder() async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (name, extra) in [("server", ["-addext", "subjectAltName=IP:127.0.0.1"]), ("client", [])] {
            let outcome = try await Program.env.run(
                [
                    "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-subj", "/CN=\(name)", "-days", "2", "-keyout", "\(folder.path)/\(name).key",
                    "-out", "\(folder.path)/\(name).pem",
                ] + extra)
            try #require(outcome.exitCode == 0, "\(outcome.errors)")
        }
        try folder.write(String(repeating: "0123456789", count: 100_000), to: "files/digits.txt")
        return folder
    }

    private static func client(
        _ nginx: Nginx, _ change: (inout BackoffClient.Configuration) -> Void = { _ in }
    ) throws -> BackoffClient {
        var configuration = BackoffClient.Configuration()
        configuration.caFile = "\(nginx.folder.path)/server.pem"
        configuration.proxy = .direct
        change(&configuration)
        return try BackoffClient(configuration)
    }

    private static func request(
        _ nginx: Nginx, _ path: String = "/digits.txt", scheme: String = "https"
    ) -> HTTPRequest {
        HTTPRequest(method: .get, scheme: scheme, authority: "127.0.0.1:\(nginx.port)", path: path)
    }

    private static func tls(_ more: String) -> String { "server { listen 127.0.0.1:PORT ssl\(more) }" }

    /// Calls at once, and how many brought all of the file.
    private static func gets(_ count: Int, with client: BackoffClient, _ request: HTTPRequest) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<count { group.addTask { try await client.perform(request).body.count } }
            return try await group.reduce(0) { $0 + ($1 == 1_000_000 ? 1 : 0) }
        }
    }

    /// What the log tells: how many requests of each protocol, and on how many connections.
    private static func traffic(_ nginx: Nginx) throws -> (requests: [String: Int], connections: Int) {
        let lines = try nginx.log.map { $0.split(separator: " ") }
        let requests = lines.reduce(into: [:]) { $0[String($1[0]), default: 0] += 1 }
        return (requests, Set(lines.map { $0[3] }).count)
    }

    private static let certificate = "; ssl_certificate server.pem; ssl_certificate_key server.key; root files;"

    @Test func `HTTP 2 is spoken where the server has it, on one connection`() async throws {
        try await Nginx.serving(
            in: try await Self.folder(), Self.tls(" http2\(Self.certificate)")
        ) { nginx in
            let client = try Self.client(nginx)
            #expect(try await Self.gets(50, with: client, Self.request(nginx)) == 50)
            var post = Self.request(nginx, "/nowhere")
            post.method = .post
            #expect(try await client.perform(post, body: Array("hello".utf8)).response.status.code == 404)
            // A line is written when its response has gone, which may be after it has come.
            while try nginx.log.count < 51 { await Task.yield() }
            let (requests, connections) = try Self.traffic(nginx)
            #expect(requests == ["HTTP/2.0": 51])
            #expect(connections == 1)
        }
    }

    @Test(arguments: [" http2", ""])
    func `a server that ends its connections after a few requests loses none`(version: String) async throws {
        try await Nginx.serving(
            in: try await Self.folder(), Self.tls("\(version)\(Self.certificate) keepalive_requests 40;")
        ) { nginx in
            // What was refused when a connection ended is asked for again; how often is a matter of luck.
            let client = try Self.client(nginx) {
                $0.concurrency = 20
                $0.policy.attempts = 20
                $0.policy.base = .milliseconds(20)
                $0.budget = nil
            }
            #expect(try await Self.gets(120, with: client, Self.request(nginx)) == 120)
        }
    }

    @Test func `a compressed body is unfolded, and its limit is that of what it unfolds to`() async throws {
        try await Nginx.serving(
            in: try await Self.folder(),
            "server { listen 127.0.0.1:PORT; root files; gzip on; gzip_types text/plain; default_type text/plain; }"
        ) { nginx in
            let request = Self.request(nginx, scheme: "http")
            let plain = try await Self.client(nginx).perform(request)
            #expect(plain.response.headerFields[.contentEncoding] == nil)
            let response = try await Self.client(nginx) { $0.acceptsCompression = true }.perform(request)
            #expect(response.response.headerFields[.contentEncoding] == "gzip")
            #expect(response.body == plain.body)
            #expect(response.body.count == 1_000_000)

            let narrow = try Self.client(nginx) {
                $0.acceptsCompression = true
                $0.bodyLimit = 500_000
            }
            let error = await #expect(throws: BackoffError.self) { try await narrow.perform(request) }
            #expect(error?.reason == .gaveUp(.notRetryable(.tooLarge)))

            var part = request
            part.headerFields[.range] = "bytes=0-9"
            let ten = try await Self.client(nginx) { $0.acceptsCompression = true }.perform(part)
            #expect(ten.response.status == .partialContent)
            #expect(ten.body == Array("0123456789".utf8))
        }
    }

    @Test func `a client certificate is shown to a server that asks for one`() async throws {
        let demanding = "\(Self.certificate) ssl_client_certificate client.pem; ssl_verify_client on;"
        try await Nginx.serving(in: try await Self.folder(), Self.tls(demanding)) { nginx in
            let stranger = try await Self.client(nginx).perform(Self.request(nginx))
            #expect(stranger.response.status == .badRequest)
            let folder = nginx.folder.path
            let known = try Self.client(nginx) {
                $0.clientCertificate = .init(
                    certificateFile: "\(folder)/client.pem", keyFile: "\(folder)/client.key")
            }
            #expect(try await known.perform(Self.request(nginx)).response.status == .ok)
            let unreadable = try Self.client(nginx) {
                $0.clientCertificate = .init(certificateFile: "\(folder)/none.pem", keyFile: "\(folder)/none.key")
            }
            let error = await #expect(throws: BackoffError.self) { try await unreadable.perform(Self.request(nginx)) }
            #expect(error?.reason == .gaveUp(.notRetryable(.certificateRefused)))
        }
    }
}
