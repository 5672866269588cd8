internal import Fixtures
internal import Grading
internal import HTTPSemantics

/// A client that never reached the server: there is nothing to judge, but much to say.
enum SilentClient {
    static func failure(_ result: ClientRunner.Result, _ commands: ClientCommands) -> Failure {
        var lines = ["no request arrived, so there is nothing to judge"]
        let command = commands.main ?? commands.post
        if let command { lines.append("  tried    \(Printable.text(ShellWords.join(command.words)))") }
        if let run = result.runs.first {
            let time = Decimal.text((run.endedAt - run.startedAt).inSeconds, places: 1)
            lines.append("  outcome  \(outcome(of: run)) after \(time) s")
        }
        for (index, line) in result.printed.enumerated() {
            lines.append((index == 0 ? "  printed  " : "           ") + TextLayout.truncate(line, width: 200))
        }
        lines.append("  hint     \(hint(command))")
        return Failure(message: lines.joined(separator: "\n"))
    }

    private static func outcome(of run: Run) -> String {
        switch run.ending {
        case .exited(let code): "it exited with \(code)"
        case .signalled(let signal): "signal \(signal) ended it"
        case .noRequest, .timeUp, .tooManyRequests: "it was still running, and was ended"
        }
    }

    private static func hint(_ command: ClientCommand?) -> String {
        command?.placeholders.contains(.url) == true
            ? "it must send its request to {url}, a plain-text HTTP address of this machine"
            : "put {url} where the client takes its address, or let it read RETROGRADE_URL"
    }
}
