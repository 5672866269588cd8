import Glibc
import Journal
import TestSupport
import Testing

@testable import Commands

/// `retrograde serve` and `retrograde health` as functions of their arguments.
@Suite(.timeLimit(.minutes(10)))
struct ServeTests {
    private static let fixture = """
        name: two
        parameters: { wait: 2s }
        routes:
          - match: GET /
            replies: [ { times: 1, refusal: { retry-after: $wait } }, { success: {} } ]
        """

    @Test func `says where it listens, serves, writes the journal, and ends with 0 when it is asked to`() async throws {
        try await withFolder { folder in
            try write(Self.fixture, to: "\(folder)/two.yaml")
            let run = ServeRun(
                "serve", "\(folder)/two.yaml", "--set", "wait=7s", "--ready-file", "\(folder)/up.json", "--journal",
                "\(folder)/journal.ndjson")
            let ready = try await run.readyLine()
            #expect(try read("\(folder)/up.json") == ready)
            #expect(ready.hasPrefix(#"{"ready":true,"url":"http://127.0.0.1:"#))
            #expect(ready.contains(#""lanes":[{"name":"two","fixture":"two","url":"http://127.0.0.1:"#))
            #expect(ready.contains(#""pid":\#(getpid())}"#))
            let client = try RawClient(port: try #require(portOfURL(after: #""url":""#, in: ready)))
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let response = try await client.response()
            #expect(response.status == 429)
            #expect(response["Retry-After"] == "7")
            let control = try #require(portOfURL(after: #""control":""#, in: ready))
            // The probe gives up after two seconds; the server answers on the threads that other tests compute on.
            while await ServeRun("health", "http://127.0.0.1:\(control)").status() != 0 {}
            run.send(SIGTERM)
            #expect(await run.status() == 0)
            #expect(throws: (any Error).self) { try read("\(folder)/up.json") }
            let recording = Recording(Array(try read("\(folder)/journal.ndjson").utf8))
            #expect(recording.problems.isEmpty)
            #expect(recording.header?.lane == "two")
            #expect(Exchange.gather(recording.entries).exchanges.map(\.reply?.status) == [429])
            #expect(await ServeRun("health", "http://127.0.0.1:\(control)").status() == 1)
        }
    }

    @Test func `a fixture with errors, a port in use and an unknown parameter end it with 2`() async throws {
        try await withFolder { folder in
            try write("nme: x\nroutes: []\n", to: "\(folder)/broken.yaml")
            let broken = ServeRun("serve", "\(folder)/broken.yaml")
            #expect(await broken.status() == 2)
            #expect(broken.diagnostics.contains("broken.yaml:1:1: error: unknown key \"nme\""))
            #expect(broken.output.isEmpty)

            try write(Self.fixture, to: "\(folder)/two.yaml")
            #expect(await ServeRun("serve", "\(folder)/two.yaml", "--set", "wiat=1s").status() == 2)

            let holder = try Listener()
            let second = ServeRun("serve", "\(folder)/two.yaml", "--listen", "127.0.0.1:\(holder.port)")
            #expect(await second.status() == 2)
            #expect(second.diagnostics == "retrograde: 127.0.0.1:\(holder.port) is in use by another program\n")
            _ = consume holder
        }
    }

    @Test(arguments: [
        ["serve", "--listen", "example.com:80"], ["serve", "--set", "nothing"], ["serve", "--body-limit", "-1"],
        ["serve", "--watch"], ["serve", "--watch", "-"], ["serve", "--log-level", "loud"],
        ["serve", "--log-format", "xml"],
        ["health"],
    ])
    func `a wrong command line ends with 64`(_ arguments: [String]) async {
        #expect(await ServeRun(arguments).status() == 64)
    }

    @Test func `lanes are named by their files, each by a name of its own`() {
        let paths = ["a/x.yaml", "b/x.yml", "y.tar.yaml", "-", "c/.yaml"]
        #expect(NamedFixture.names(for: paths) == ["x", "x-2", "y", "stdin", "fixture"])
    }

    @Test func `a request to end that comes twice at once is one`() {
        let (asked, start) = (Interruption(), ContinuousClock.now)
        let news = [0, 1, 100, 300].map { asked.note(SIGTERM, at: start + .milliseconds($0)) }
        #expect(news == [false, false, false, true])
        #expect(asked.signal == SIGTERM)
    }

    @Test func `more lanes than threads write their journals, and all of it ends when it is asked to`() async throws {
        let folder = try TemporaryFolder()
        let fixtures = Array(repeating: "\(RepositoryFiles.root)/fixtures/token-bucket.yaml", count: 16)
        let run = ServeRun(["serve"] + fixtures + ["--journal", "\(folder.path)/journal.ndjson"])
        let ready = try await run.readyLine()
        let client = try RawClient(port: try #require(portOfURL(after: #""url":""#, in: ready)))
        try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try await client.response().status == 200)
        run.send(SIGTERM)
        #expect(await run.status() == 0)
        let recording = Recording(Array(try read("\(folder.path)/journal-token-bucket.ndjson").utf8))
        #expect(Exchange.gather(recording.entries).exchanges.count == 1)
    }

    @Test func `each lane has a journal of its own where there are several`() {
        #expect(JournalWriter.path("out/j.ndjson", lane: "a", isOnly: true) == "out/j.ndjson")
        #expect(JournalWriter.path("out/j.ndjson", lane: "a", isOnly: false) == "out/j-a.ndjson")
        #expect(JournalWriter.path("out.d/journal", lane: "a", isOnly: false) == "out.d/journal-a")
    }
}

/// A socket that listens on a free port, so that nobody else can.
private struct Listener: ~Copyable {
    let descriptor: Int32
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let listens = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 1) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        try #require(listens)
    }

    deinit { close(descriptor) }
}

private func withFolder(_ body: (String) async throws -> Void) async throws {
    var template = Array("/tmp/retrograde-serve-XXXXXX".utf8CString)
    let folder = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!).map { String(cString: $0) } }
    let path = try #require(folder)
    defer {
        for name in ["two.yaml", "broken.yaml", "up.json", "journal.ndjson"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }
    try await body(path)
}

private func write(_ text: String, to path: String) throws {
    var file = try OutputFile(path)
    try file.write(Array(text.utf8))
}

private func read(_ path: String) throws -> String {
    String(decoding: try bytes(ofFile: path, limit: 1 << 20), as: UTF8.self)
}
