internal import ArgumentParser
internal import BackoffQueue

/// `retrograde queue`: calls that may wait, in a file.
struct Queue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Keep calls in a file and send them when the upstream lets them, however often this is killed.",
        discussion: """
            Each call has an Idempotency-Key of its own, which it keeps: at an upstream that honours such keys it takes \
            effect once. Any number of processes may add to one file and send from it.

              retrograde queue add orders.queue --data '{"item": 7}' https://api.example.com/v1/orders
              retrograde queue run orders.queue
              retrograde queue list orders.queue
            """,
        subcommands: [QueueAdd.self, QueueRun.self, QueueList.self, QueueRevive.self, QueueClear.self])

    /// Opens a file for a command that only looks at it or changes what it holds: a name mistyped makes no new one.
    static func openExisting(_ path: String) throws(Failure) -> CallQueue {
        guard FileStamp(path) != nil else { throw Failure(message: "\(path) does not exist") }
        return try open(path)
    }

    /// Opens the file for a command, and makes it where it is not.
    static func open(_ path: String) throws(Failure) -> CallQueue {
        do { return try CallQueue(path: path) } catch { throw Failure(message: error.description) }
    }
}

/// `retrograde queue revive FILE`
struct QueueRevive: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "revive", abstract: "Let dead calls wait again, as if they had never been tried.")

    @Argument(help: "The queue.") var file: String

    func run(in context: Context) async throws -> ExitStatus {
        let queue = try Queue.openExisting(file)
        do { context.output.write("\(try queue.reviveDead()) revived\n") } catch {
            throw Failure(message: "\(error)")
        }
        return .good
    }
}

/// `retrograde queue clear FILE`
struct QueueClear: Subcommand {
    static let configuration = CommandConfiguration(commandName: "clear", abstract: "Forget dead calls.")

    @Argument(help: "The queue.") var file: String

    func run(in context: Context) async throws -> ExitStatus {
        let queue = try Queue.openExisting(file)
        do { context.output.write("\(try queue.removeDead()) forgotten\n") } catch {
            throw Failure(message: "\(error)")
        }
        return .good
    }
}
