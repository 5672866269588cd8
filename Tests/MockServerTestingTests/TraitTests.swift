import Fixtures
import MockServer
import MockServerTesting
import Synchronization
import TestSupport
import Testing

/// What `.mockUpstream` does for tests and suites.
@Suite(.timeLimit(.minutes(10)), .mockUpstream(.scripted([.status(201), .status(202)]), clock: .manual))
struct TraitTests {
    private func status(_ lane: Lane) async throws -> Int {
        let client = try RawClient(port: lane.port)
        try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        return try await client.response().status
    }

    private static let seen = Mutex<Set<UInt16>>([])

    @Test(arguments: 1...3) func `every case has an upstream of its own`(_ number: Int) async throws {
        let lane = try MockUpstream.current
        #expect(lane.clock == .manual)
        #expect(try await status(lane) == 201)
        #expect(try await status(lane) == 202)
        let isNew = Self.seen.withLock { $0.insert(lane.port).inserted }
        #expect(isNew)
    }

    @Test(.mockUpstream(text: "routes: [ { match: GET /, reply: { status: 203 } } ]"))
    func `the trait of a test stands before that of its suite`() async throws {
        #expect(try await status(MockUpstream.current) == 203)
    }

    @Test func `a detached task knows of none`() async {
        let task = Task.detached { try MockUpstream.current.port }
        await #expect(throws: MockUpstream.MissingTrait.self) { try await task.value }
    }
}

/// What the trait says about a client that breaks a rule, and about fixtures that cannot be read.
@Suite(.timeLimit(.minutes(10)))
struct TraitIssueTests {
    private func scope(_ trait: MockUpstreamTrait, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await trait.provideScope(for: try #require(Test.current), testCase: Test.Case.current, performing: body)
    }

    @Test func `a broken rule is an issue`() async throws {
        let trait: MockUpstreamTrait = .mockUpstream(
            text: """
                routes: [ { match: GET /, replies: [ { times: 1, status: 503, retry-after: 60s }, { success: {} } ] } ]
                expect: [ RA-01 ]
                """)
        try await withKnownIssue {
            try await scope(trait) {
                for _ in 1...2 {
                    let client = try RawClient(port: try MockUpstream.current.port)
                    try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    _ = try await client.response()
                }
            }
        } matching: { issue in
            issue.comments.contains { $0.rawValue.hasPrefix("RA-01: expected ") }
        }
    }

    @Test func `a fixture with errors is told as check tells it`() async throws {
        let error = await #expect(throws: FixtureError.self) {
            try await scope(.mockUpstream(text: "routes: [ { match: GET /, reply: { statsu: 200 } } ]")) {}
        }
        #expect(error?.description.contains("did you mean \"status\"") == true)
    }

    @Test(arguments: ["fixtures/nothing-here.yaml", "/nowhere/x.yaml"])
    func `a file that is not there is told`(_ path: String) async throws {
        let error = await #expect(throws: FixtureError.self) { try await scope(.mockUpstream(path)) {} }
        #expect(error?.description.contains("\(path):1:1: error: the file cannot be read") == true)
    }

    @Test func `a file outside any package needs an absolute path`() async throws {
        await #expect(throws: (any Error).self) {
            try await scope(.mockUpstream("x.yaml", testFile: "/nowhere/Tests/T.swift")) {}
        }
    }

    @Test func `files that a fixture names are read below its folder, and nowhere else`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("the body", to: "f/body.txt")
        try folder.write("secret", to: "secret.txt")
        try folder.link("f/link.txt", to: "\(folder.path)/secret.txt")
        let fixture = { (name: String) in "routes: [ { match: GET /, reply: { status: 200, file: \(name) } } ]" }
        let good = try folder.write(fixture("body.txt"), to: "f/good.yaml")
        try await withMockUpstream(file: good) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await client.response().text == "the body")
        }
        for name in ["../secret.txt", "link.txt", "/etc/hostname", "missing.txt"] {
            let path = try folder.write(fixture(name), to: "f/bad.yaml")
            #expect(throws: FixtureError.self) { try Fixture(file: path) }
        }
        #expect(throws: FixtureError.self) { try Fixture(text: fixture("body.txt")) }
    }
}
