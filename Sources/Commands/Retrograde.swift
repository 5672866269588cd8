internal import ArgumentParser
internal import Glibc

/// The command line as a function: (arguments, environment, output) → exit code.
public enum Retrograde {
    /// Runs a command and says with which code the process should end.
    ///
    /// - Parameters:
    ///   - arguments: the words after the program's name.
    ///   - context: what the command may touch.
    public static func run(_ arguments: [String], in context: Context) async -> Int32 {
        let code = await perform(arguments, in: context)
        guard let failure = context.output.failure() else { return code }
        // Who closed the pipe has read enough, and knows it.
        if failure != EPIPE {
            let reason = String(cString: strerror(failure))
            context.diagnostics.write("retrograde: cannot write to standard output: \(reason)\n")
        }
        return ExitStatus.impossible.rawValue
    }

    /// `--json=FILE` as two words. Of an option that may also stand alone the parser loses an attached value where
    /// another option follows it.
    private static func separated(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments[..<end].flatMap { word in
            word.hasPrefix("--json=") ? ["--json", String(word.dropFirst("--json=".count))] : [word]
        } + arguments[end...]
    }

    private static func perform(_ arguments: [String], in context: Context) async -> Int32 {
        do {
            var command = try Root.parseAsRoot(separated(arguments))
            if let command = command as? any Subcommand { return try await command.run(in: context).rawValue }
            // Help is a command too; it ends by throwing what it has to say.
            try command.run()
            return ExitStatus.good.rawValue
        } catch let failure as Failure {
            context.diagnostics.write("retrograde: \(failure.message)\n")
            return failure.code.rawValue
        } catch {
            let code = Root.exitCode(for: error)
            let sink = code.isSuccess ? context.output : context.diagnostics
            sink.write(Root.fullMessage(for: error) + "\n")
            return code.rawValue
        }
    }
}

/// What the commands end with.
struct ExitStatus: RawRepresentable, Equatable, Sendable {
    var rawValue: Int32

    /// Everything is as it should be.
    static let good = ExitStatus(rawValue: 0)
    /// A verdict failed, or a baseline entry is stale.
    static let failed = ExitStatus(rawValue: 1)
    /// The run could not be made.
    static let impossible = ExitStatus(rawValue: 2)
    /// The command line is wrong.
    static let usage = ExitStatus(rawValue: 64)
}

/// A command that cannot go on, with the sentence for the user.
struct Failure: Error {
    var message: String
    var code: ExitStatus = .impossible
}

/// A command with its effects as an argument. Each lives in a file of its own and is listed in ``Root``.
protocol Subcommand: ParsableCommand {
    func run(in context: Context) async throws -> ExitStatus
}

struct Root: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrograde",
        abstract: "A fake upstream that limits, fails and lies like the real ones, and a judge of how clients retry.",
        version: "0.1.0",
        subcommands: [
            Grade.self, Serve.self, Check.self, Call.self, Storm.self, Simulate.self, Queue.self, Rules.self,
            Schema.self,
            Health.self,
        ]
    )
}
