import Fixtures
import HTTPSemantics
import Logging
import Synchronization
import TestSupport
import Testing

@testable import MockServer

/// What a server tells its logger.
@Suite(.timeLimit(.minutes(10)))
struct EventLogTests {
    /// Keeps lines as `level message key=value…`.
    private final class Log: Sendable {
        private let kept = Mutex<[String]>([])
        var lines: [String] { kept.withLock(\.self) }
        func keep(_ line: String) { kept.withLock { $0.append(line) } }

        var logger: Logger {
            var logger = Logger(label: "test") { _ in Handler(log: self) }
            logger.logLevel = .trace
            return logger
        }
    }

    private struct Handler: LogHandler {
        let log: Log
        var metadata: Logger.Metadata = [:]
        var metadataProvider: Logger.MetadataProvider?
        var logLevel = Logger.Level.trace

        init(log: Log) { self.log = log }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let values = (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted().joined(separator: " ")
            log.keep("\(event.level.rawValue) \(event.message) \(values)")
        }
    }

    @Test func `the life of a lane`() async throws {
        let log = Log()
        try await withServer(MockServer.Configuration(logger: log.logger)) { server in
            let lane = try await server.addLane(.scripted(), name: "a", clock: .manual)
            var other = Fixture.scripted()
            other.name = "other"
            await lane.replaceFixture(other)
            await lane.stepClock(by: .seconds(-90))
            await lane.reset()
            await server.removeLane(named: "a")
            let gone = try await server.addLane(.scripted(), name: "b", idleLimit: .milliseconds(1))
            _ = await gone.journal(since: 9, waitingFor: 1, atMost: .seconds(30))
            #expect(
                log.lines.filter { $0.hasPrefix("info") } == [
                    "info lane began clock=manual fixture=test lane=a url=\(lane.url)",
                    "info fixture replaced fixture=other lane=a", "info clock set by=-1m30s lane=a",
                    "info lane reset lane=a", "info lane ended exchanges=0 lane=a reason=removed",
                    "info lane began clock=real fixture=test lane=b url=\(gone.url)",
                    "info lane ended exchanges=0 lane=b reason=forgotten",
                ])
        }
    }

    @Test func `the end, and what was cut off by it`() async throws {
        let log = Log()
        let server = try MockServer(MockServer.Configuration(logger: log.logger))
        var held = Reply.ok
        held.hold = Hold(parked: 9, group: "g", atMost: .seconds(3600))
        let lane = try await server.addLane(.scripted([held]), name: "a")
        let clients = try (1...3).map { _ in try RawClient(port: lane.port) }
        for client in clients { try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n") }
        while await server.figures().first?.parked != 3 { await Task.yield() }
        #expect(await server.shutdown(grace: .milliseconds(20)) == 3)
        #expect(await server.shutdown(grace: .zero) == 0)
        #expect(
            log.lines.filter { $0.hasPrefix("info") }.dropFirst() == [
                "info shutting down in-flight=3 lanes=1", "info lane ended exchanges=0 lane=a reason=shutdown",
                "info stopped dropped=3",
            ])
    }

    @Test func `a journal that is full, once`() async throws {
        let log = Log()
        try await withServer(MockServer.Configuration(journalCapacity: 4, logger: log.logger)) { server in
            let lane = try await server.addLane(.scripted(), name: "a")
            for _ in 1...3 {
                let client = try RawClient(port: lane.port)
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                _ = try await client.response()
            }
            while await lane.journal().nextNumber < 12 { await Task.yield() }
            let warnings = log.lines.filter { $0.hasPrefix("warning") }
            #expect(warnings == ["warning the journal is full: the oldest entries are lost lane=a"])
        }
    }

    @Test func `that the server itself was late`() async throws {
        let log = Log()
        try await withServer(MockServer.Configuration(logger: log.logger)) { server in
            let lane = try await server.addLane(.scripted(), name: "a")
            let client = try RawClient(port: lane.port)
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await client.response()
            await server.loop.perform {
                let end = MonotonicClock.now() + 150_000_000
                while MonotonicClock.now() < end {}
            }
            while !log.lines.contains(where: { $0.hasPrefix("notice the server was late by=") }) { await Task.yield() }
        }
    }

    @Test(arguments: [
        ("GET /v1/lanes HTTP/1.1\r\nHost: evil.example\r\n\r\n", "code=misdirected method=GET"),
        ("GET /v1/x%41 HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\n\r\n", "code=forbidden-origin method=GET"),
        ("POST /v1/lanes HTTP/1.1\r\nHost: localhost\r\n\r\n", "code=unsupported-media-type method=POST"),
        ("GET /v1/lanes HTTP/1.1\r\nHost: localhost\r\n\r\n", "code=unauthorized method=GET"),
        ("GET /v1/health HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "code=bad-request"),
    ])
    func `who is turned away from the control API`(_ request: String, _ wanted: String) async throws {
        let log = Log()
        let token = wanted.contains("unauthorized") ? "s3cret" : nil
        try await withControl(token: token, logger: log.logger) { client, _ in
            _ = try await client.raw(request)
            while log.lines.isEmpty { await Task.yield() }
            #expect(log.lines.first?.hasPrefix("warning control request refused \(wanted)") == true, "\(log.lines)")
            #expect(log.lines.count == 1)
        }
    }

    @Test func `nobody who asks for what is not there`() async throws {
        let log = Log()
        try await withControl(logger: log.logger) { client, _ in
            let absent = try await client.get("/v1/lanes/nobody")
            let wrong = try await client.send("PUT", "/v1/health")
            #expect((absent.status, wrong.status) == (404, 405))
            #expect(log.lines.isEmpty)
        }
    }
}
