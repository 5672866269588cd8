internal import ArgumentParser
internal import Logging

/// How much the server says while it serves, and how.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What is logged to standard error, one line each: trace, debug, info, notice, warning, error, or off.",
            valueName: "level"))
    var logLevel = LogLevel.warning

    @Option(help: ArgumentHelp("The form of those lines: logfmt or json.", valueName: "format"))
    var logFormat = LogFormat.logfmt

    func logger(_ context: Context) -> Logger {
        var logger = Logger(label: "retrograde") { [logFormat, logLevel] _ in
            guard logLevel.level != nil else { return SwiftLogNoOpLogHandler() }
            return LineLogHandler(format: logFormat, write: context.diagnostics.write)
        }
        logger.logLevel = logLevel.level ?? .critical
        return logger
    }
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case trace, debug, info, notice, warning, error, off

    /// `nil`: none.
    var level: Logger.Level? { Logger.Level(rawValue: rawValue) }
}

enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case logfmt, json
}
