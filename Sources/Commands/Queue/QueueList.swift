internal import ArgumentParser
internal import BackoffQueue
internal import HTTPSemantics
internal import HTTPTypes

/// `retrograde queue list FILE`
struct QueueList: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Say what waits, what is being sent and what is dead, and why.")

    @Argument(help: "The queue.") var file: String

    @Option(parsing: .unconditional, help: ArgumentHelp("Lines for each state at most.", valueName: "n"))
    var most = 20

    func validate() throws {
        if most < 0 { throw ValidationError("--most must not be negative") }
    }

    func run(in context: Context) async throws -> ExitStatus {
        let queue = try Queue.openExisting(file)
        do {
            let counts = try queue.counts()
            let summary = QueuedCall.State.allCases.map { "\(counts[$0] ?? 0) \($0)" }.joined(separator: ", ")
            context.output.write(summary + "\n")
            let now = MonotonicClock.civilTime()
            for state in QueuedCall.State.allCases {
                for call in try queue.calls(state, most: most) {
                    context.output.write(Self.line(call, now: now) + "\n")
                }
            }
        } catch {
            throw Failure(message: "\(error)")
        }
        return .good
    }

    /// `#7 dead POST http://api.example.com/v1/orders · priority 1 · 3 requests sent · answered 404 Not Found`
    static func line(_ call: QueuedCall, now: WallTime) -> String {
        let request = call.request
        let url = "\(request.scheme ?? "")://\(request.authority ?? "")\(request.path ?? "")"
        var parts = ["#\(call.id) \(call.state) \(request.method.rawValue) \(Printable.text(url))"]
        if call.priority != 0 { parts.append("priority \(call.priority)") }
        let wait = call.notBefore - Double(now.secondsSinceEpoch)
        if call.state == .waiting, wait >= 1 { parts.append("in \(DurationText.human(.seconds(wait)))") }
        if call.attempts > 0 { parts.append("\(call.attempts) \(call.attempts == 1 ? "request" : "requests") sent") }
        if let reason = call.reason { parts.append(Printable.text(reason)) }
        return parts.joined(separator: " · ")
    }
}
