internal import Commands
internal import Synchronization

/// What a command printed and how it ended.
public struct CommandRun: Sendable {
    public var code: Int32
    /// Standard output: results.
    public var output: String
    /// Standard error: progress and diagnostics.
    public var diagnostics: String

    /// Runs `retrograde` with these words, inside this process.
    public static func retrograde(_ arguments: String..., environment: [String: String] = [:]) async -> CommandRun {
        await retrograde(arguments, environment: environment)
    }

    /// Runs `retrograde` with these words, inside this process.
    public static func retrograde(_ arguments: [String], environment: [String: String] = [:]) async -> CommandRun {
        let (output, diagnostics) = (Recorder(), Recorder())
        let context = Context(
            environment: environment, output: Context.Sink { output.append($0) },
            diagnostics: Context.Sink { diagnostics.append($0) }, executable: "/proc/self/exe")
        let code = await Retrograde.run(arguments, in: context)
        return CommandRun(code: code, output: output.text, diagnostics: diagnostics.text)
    }

    private final class Recorder: Sendable {
        private let recorded = Mutex("")
        var text: String { recorded.withLock { $0 } }
        func append(_ text: String) { recorded.withLock { $0 += text } }
    }
}
