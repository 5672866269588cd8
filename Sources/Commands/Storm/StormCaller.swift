internal import BackoffClient
internal import HTTPSemantics
internal import HTTPTypes
internal import MockServer

/// Makes calls of one client to one lane.
struct StormCaller: Sendable {
    /// Calls a target, by its number, for a worker; says why it failed, or nothing.
    var call: @Sendable (_ number: Int, _ worker: Int) async throws -> String?

    /// A process that has not ended after so long is ended.
    static let processLimit: Duration = .seconds(300)

    /// - Parameters:
    ///   - apart: whether each worker is a client of its own, as processes of a fleet are.
    ///   - program: where the program of a command is.
    ///   - environment: of a command's processes.
    init(
        _ client: StormClient, _ settings: StormSettings, lane: Lane, workers: Int, apart: Bool, program: String?,
        environment: [String: String]
    ) throws {
        if case .command(let words) = client {
            call = Self.process(words, program: program ?? words[0], environment: environment, url: lane.url)
            return
        }
        guard let configuration = client.configuration(settings) else {
            throw Failure(message: "\(client.name) has no policy")
        }
        let clients = try (0..<(apart ? workers : 1)).map { number in
            var configuration = configuration
            configuration.seed = configuration.seed.map { $0 &+ UInt64(number) }
            return try BackoffClient(configuration)
        }
        let authority = "127.0.0.1:\(lane.port)"
        let send: @Sendable (Int, Int) async throws -> String? = { number, worker in
            let request = HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/\(number)")
            return try await Self.failure(of: request, through: clients[worker % clients.count])
        }
        guard client == .doubleLoop else {
            call = send
            return
        }
        let seed = settings.seed
        call = { number, worker in
            var generator = SeededGenerator(seed: seed &+ UInt64(number))
            return try await DoubleLoop.call(using: &generator) { wait in
                try await Task.sleep(for: wait, tolerance: .zero)
            } send: {
                try await send(number, worker)
            }
        }
    }

    private static func failure(of request: HTTPRequest, through client: BackoffClient) async throws -> String? {
        do throws(BackoffError) {
            let status = try await client.perform(request).response.status.code
            return status < 400 ? nil : "answered \(ReasonPhrase.line(status))"
        } catch {
            if error.reason == .cancelled { throw CancellationError() }
            return "\(error)"
        }
    }

    private static func process(
        _ words: [String], program: String, environment: [String: String], url: String
    ) -> @Sendable (Int, Int) async throws -> String? {
        { number, _ in
            let values: [ClientCommand.Placeholder: String] = [
                .url: "\(url)/\(number)", .method: "GET", .body: "/dev/null", .requests: "1", .concurrency: "1",
                .rate: "1", .deadline: "3600",
            ]
            let process = ClientProcess(
                program: program, words: ClientCommand(words: words).filled(with: values),
                environment: ClientCommand.environment(environment, with: values))
            let outcome = try await process.run { () -> String? in
                guard (try? await Task.sleep(for: processLimit)) != nil else { return nil }
                return "ran longer than \(DurationText.human(processLimit))"
            }
            if let reason = outcome.stopped { return reason }
            return switch outcome.status {
            case .exited(0): nil
            case .exited(let code): "ended with \(code)"
            case .signalled(let signal): "ended by signal \(signal)"
            }
        }
    }
}
