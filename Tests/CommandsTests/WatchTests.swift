import Glibc
import TestSupport
import Testing

@testable import Commands

/// `retrograde serve --watch`.
@Suite(.timeLimit(.minutes(10)))
struct WatchTests {
    private static func fixture(_ status: Int, _ more: String = "") -> String {
        "name: watched\nroutes: [ { match: GET /, reply: { status: \(status)\(more) } } ]\n"
    }

    private func status(_ port: UInt16) async throws -> Int {
        let client = try RawClient(port: port)
        try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        return try await client.response().status
    }

    @Test func `serves what a file says now, keeps what it was while it has errors, and survives editors`() async throws
    {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/x.yaml"
        try write(Self.fixture(201), to: path)
        let run = ServeRun("serve", path, "--watch", "--log-level", "info")
        let ready = try await run.readyLine()
        let port = try #require(portOfURL(after: #""url":""#, in: ready))
        #expect(try await status(port) == 201)

        // As an editor does that writes beside the file and renames.
        try write(Self.fixture(202), to: "\(path)~")
        #expect(rename("\(path)~", path) == 0)
        await run.says("retrograde: \(path) has changed, and x serves it from now on\n")
        #expect(try await status(port) == 202)

        // In place, with an error.
        try write(Self.fixture(203, ", statsu: 200"), to: path)
        await run.says("retrograde: \(path) has errors, so x serves what it did before\n")
        #expect(run.diagnostics.contains("x.yaml:2:"))
        #expect(run.diagnostics.contains("did you mean"))
        #expect(try await status(port) == 202)

        // Away, and there again.
        #expect(rename(path, "\(path).bak") == 0)
        #expect(try await status(port) == 202)
        try write(Self.fixture(204), to: path)
        while try await status(port) != 204 { await Task.yield() }

        await run.says("message=\"fixture replaced\" fixture=watched lane=x\n")
        run.send(SIGTERM)
        #expect(await run.status() == 0)
    }

    @Test func `a body that a fixture names is watched too, and what is expected at the end is what is served`()
        async throws
    {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/y.yaml"
        try write("one", to: "\(folder.path)/body.txt")
        try write(Self.fixture(200, ", file: body.txt"), to: path)
        let run = ServeRun("serve", path, "--watch")
        let ready = try await run.readyLine()
        let port = try #require(portOfURL(after: #""url":""#, in: ready))
        func body() async throws -> String {
            let client = try RawClient(port: port)
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return try await client.response().text
        }
        #expect(try await body() == "one")
        try write("another", to: "\(folder.path)/body.txt")
        while try await body() != "another" { await Task.yield() }
        try write(Self.fixture(200) + "expect: [ ST-02 ]\n", to: path)
        while try await body() == "another" { await Task.yield() }
        run.send(SIGTERM)
        _ = await run.status()
        #expect(run.output.contains("y  ST-02  "))
    }
}

private func write(_ text: String, to path: String) throws {
    var file = try OutputFile(path)
    try file.write(Array(text.utf8))
}
