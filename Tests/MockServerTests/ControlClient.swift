import Fixtures
import Grading
import Logging
import MockServer
import TestSupport
import Testing

/// Talks to the control API of one server, a connection for each request.
struct ControlClient {
    var port: UInt16

    func another() -> Self { self }

    func get(_ target: String) async throws -> RawResponse { try await send("GET", target) }

    func post(_ target: String, _ body: String = "") async throws -> RawResponse {
        try await send("POST", target, body: body)
    }

    func send(_ method: String, _ target: String, body: String) async throws -> RawResponse {
        try await raw(
            "\(method) \(target) HTTP/1.1\r\nHost: localhost:\(port)\r\nContent-Type: application/json; charset=utf-8\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    func send(_ method: String, _ target: String, _ fields: String = "") async throws -> RawResponse {
        try await raw("\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\(fields)\r\n")
    }

    func raw(_ request: String) async throws -> RawResponse {
        let client = try RawClient(port: port)
        try await client.send(request)
        return try await client.response()
    }
}

func withControl(
    token: String? = nil, rules: [Rule] = [], clock: LaneClock = .real,
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    onShutdown: @escaping @Sendable () -> Void = {},
    _ body: (ControlClient, MockServer) async throws -> Void
) async throws {
    let loader = FixtureLoader(
        dialects: EmbeddedFiles.dialects, rules: Dictionary(uniqueKeysWithValues: rules.map { ($0.id, []) })
    ) { _ in .failure(.init(reason: "is not asked for here")) }
    let control = ControlConfiguration(token: token, loader: loader, rules: rules, onShutdown: onShutdown)
    try await withServer(MockServer.Configuration(control: control, clock: clock, logger: logger)) { server in
        let port = try #require(server.controlURL.flatMap { UInt16($0.split(separator: ":").last ?? "") })
        try await body(ControlClient(port: port), server)
    }
}
