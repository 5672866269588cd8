import Synchronization

@testable import Commands

/// A command under way in this process.
final class ServeRun: Sendable {
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

    /// Waits until standard error says so.
    func says(_ text: String) async {
        while !diagnostics.contains(text) { await Task.yield() }
    }
}

/// The port of the URL behind a piece of a ready line.
func portOfURL(after prefix: String, in line: String) -> UInt16? {
    guard let start = line.firstRange(of: prefix + "http://127.0.0.1:") else { return nil }
    return UInt16(line[start.upperBound...].prefix { $0.isNumber })
}
