import Glibc
import Journal
import Synchronization
import TestSupport
import Testing

@testable import Commands

/// `retrograde serve` and `retrograde health` as functions of their arguments.
@Suite(.timeLimit(.minutes(1)))
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
            let run = Run(
                "serve", "\(folder)/two.yaml", "--set", "wait=7s", "--ready-file", "\(folder)/up.json", "--journal",
                "\(folder)/journal.ndjson")
            let ready = try await run.readyLine()
            #expect(try read("\(folder)/up.json") == ready)
            #expect(ready.hasPrefix(#"{"ready":true,"url":"http://127.0.0.1:"#))
            #expect(ready.contains(#""lanes":[{"name":"two","fixture":"two","url":"http://127.0.0.1:"#))
            #expect(ready.contains(#""pid":\#(getpid())}"#))
            let client = try RawClient(port: try #require(port(after: #""url":""#, in: ready)))
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let response = try await client.response()
            #expect(response.status == 429)
            #expect(response["Retry-After"] == "7")
            let control = try #require(port(after: #""control":""#, in: ready))
            // The probe gives up after two seconds; the server answers on the threads that other tests compute on.
            while await Run("health", "http://127.0.0.1:\(control)").status() != 0 {}
            run.send(SIGTERM)
            #expect(await run.status() == 0)
            let recording = Recording(Array(try read("\(folder)/journal.ndjson").utf8))
            #expect(recording.problems.isEmpty)
            #expect(recording.header?.lane == "two")
            #expect(Exchange.gather(recording.entries).exchanges.map(\.reply?.status) == [429])
            #expect(await Run("health", "http://127.0.0.1:\(control)").status() == 1)
        }
    }

    @Test func `a fixture with errors, a port in use and an unknown parameter end it with 2`() async throws {
        try await withFolder { folder in
            try write("nme: x\nroutes: []\n", to: "\(folder)/broken.yaml")
            let broken = Run("serve", "\(folder)/broken.yaml")
            #expect(await broken.status() == 2)
            #expect(broken.diagnostics.contains("broken.yaml:1:1: error: unknown key \"nme\""))
            #expect(broken.output.isEmpty)

            try write(Self.fixture, to: "\(folder)/two.yaml")
            #expect(await Run("serve", "\(folder)/two.yaml", "--set", "wiat=1s").status() == 2)

            let holder = try Listener()
            let second = Run("serve", "\(folder)/two.yaml", "--listen", "127.0.0.1:\(holder.port)")
            #expect(await second.status() == 2)
            #expect(second.diagnostics == "retrograde: 127.0.0.1:\(holder.port) is in use by another program\n")
            _ = consume holder
        }
    }

    @Test(arguments: [
        ["serve", "--listen", "example.com:80"], ["serve", "--set", "nothing"], ["serve", "--body-limit", "-1"],
        ["health"],
    ])
    func `a wrong command line ends with 64`(_ arguments: [String]) async {
        #expect(await Run(arguments).status() == 64)
    }

    @Test func `lanes are named by their files, each by a name of its own`() {
        let paths = ["a/x.yaml", "b/x.yml", "y.tar.yaml", "-", "c/.yaml"]
        #expect(NamedFixture.names(for: paths) == ["x", "x-2", "y", "stdin", "fixture"])
    }

    @Test func `more lanes than threads write their journals, and all of it ends when it is asked to`() async throws {
        let folder = try TemporaryFolder()
        let fixtures = Array(repeating: "\(RepositoryFiles.root)/fixtures/token-bucket.yaml", count: 16)
        let run = Run(["serve"] + fixtures + ["--journal", "\(folder.path)/journal.ndjson"])
        let ready = try await run.readyLine()
        let client = try RawClient(port: try #require(port(after: #""url":""#, in: ready)))
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

    private func port(after prefix: String, in line: String) -> UInt16? {
        guard let start = line.firstRange(of: prefix + "http://127.0.0.1:") else { return nil }
        return UInt16(line[start.upperBound...].prefix { $0.isNumber })
    }
}

/// A command under way in this process.
private final class Run: Sendable {
    private let task: Task<Int32, Never>
    private let texts: Texts
    private let lines: AsyncStream<String>

    final class Texts: Sendable {
        let output = Mutex("")
        let diagnostics = Mutex("")
        let onSignal = Mutex<(@Sendable (Int32) -> Void)?>(nil)
    }

    convenience init(_ arguments: String...) { self.init(arguments) }

    init(_ arguments: [String]) {
        let texts = Texts()
        let (lines, feed) = AsyncStream<String>.makeStream()
        let context = Context(
            environment: [:],
            output: Context.Sink { text in
                texts.output.withLock { $0 += text }
                feed.yield(text)
            },
            diagnostics: Context.Sink { text in texts.diagnostics.withLock { $0 += text } },
            executable: "/proc/self/exe",
            signals: Context.Signals { onSignal in texts.onSignal.withLock { $0 = onSignal } })
        self.texts = texts
        self.lines = lines
        task = Task {
            let status = await Retrograde.run(arguments, in: context)
            feed.finish()
            return status
        }
    }

    var output: String { texts.output.withLock(\.self) }
    var diagnostics: String { texts.diagnostics.withLock(\.self) }

    func readyLine() async throws -> String {
        for await line in lines { return line }
        throw Failure(message: "no ready line: \(diagnostics)")
    }

    /// Asks the command to end, as a signal would.
    func send(_ signal: Int32) { texts.onSignal.withLock(\.self)?(signal) }

    func status() async -> Int32 { await task.value }
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
