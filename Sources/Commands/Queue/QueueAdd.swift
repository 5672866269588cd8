internal import ArgumentParser
internal import BackoffQueue
internal import HTTPSemantics

/// `retrograde queue add FILE URL`
struct QueueAdd: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Keep a call in the file. When this ends with 0, it is on disk.",
        discussion: """
            Example: retrograde queue add orders.queue --data '{"item": 7}' https://api.example.com/v1/orders

            Prints the call's number. Ends with 2 if the call cannot be kept.
            """)

    @Argument(help: "The queue; made where it is not.") var file: String
    @Argument(help: "http://… or https://…; http:// may be left out.") var url: String

    @OptionGroup(title: "Request") var request: RequestOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Calls with a higher one are sent first.", valueName: "n"))
    var priority = 0

    @Option(parsing: .unconditional, help: ArgumentHelp("Not to be sent before so long.", valueName: "time"))
    var after = DurationArgument(.zero)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Keep calls of URL/0 to URL/N-1, with the same body.", valueName: "N"))
    var requests: Int?

    func validate() throws {
        guard CallTarget(url) != nil else { throw ValidationError("\"\(url)\" is no URL of http or https") }
        if let requests {
            if requests < 1 { throw ValidationError("--requests must be at least 1") }
            if let key = request.idempotencyKey, key != "auto" {
                throw ValidationError("several calls need a key each: leave --idempotency-key out")
            }
        }
        let isAboutSending =
            request.insecure || request.compressed
            || [request.cacert, request.cert, request.key, request.proxy].contains { $0 != nil }
        if isAboutSending {
            throw ValidationError(
                "the file keeps requests, not how they are sent: no --insecure, --cacert, --cert, --key, --proxy or "
                    + "--compressed here")
        }
    }

    func run(in context: Context) async throws -> ExitStatus {
        guard let target = CallTarget(url) else { throw ValidationError("\"\(url)\" is no URL of http or https") }
        let body = try request.body()
        let queue = try Queue.open(file)
        let targets = requests.map { count in (0..<count).map(target.child) } ?? [target]
        do {
            var numbers: [Int64] = []
            for target in targets {
                let message = request.message(to: target, hasBody: body != nil)
                numbers.append(try queue.add(message, body: body, priority: priority, after: after.duration))
            }
            guard let first = numbers.first, let last = numbers.last else { return .good }
            context.output.write(first == last ? "\(first)\n" : "\(first) to \(last)\n")
        } catch {
            throw Failure(message: "\(error)")
        }
        return .good
    }
}
