internal import Glibc
internal import MockServer
internal import Subprocess
internal import Synchronization

/// One process of a client: started in a session of its own, watched, and ended together with all it started.
struct ClientProcess: Sendable {
    /// The path of the program.
    var program: String
    /// The words of the command line, `argv[0]` first.
    var words: [String]
    var environment: [String: String]
    /// Its working folder; `nil`: this process's own.
    var folder: String?
    /// How long the process group may take to end after SIGTERM before it gets SIGKILL.
    var grace: Duration = .milliseconds(500)
    /// How much of the end of each output stream is kept.
    var keptOutput = 2048

    /// How it ended.
    enum Status: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// What became of it.
    struct Outcome<Reason: Sendable>: Sendable {
        /// CLOCK_MONOTONIC, in nanoseconds, just before the process was started.
        var startedAt: Int64
        /// CLOCK_MONOTONIC, in nanoseconds, when its end was seen.
        var endedAt: Int64
        var status: Status
        /// Why it was ended by us; `nil` where it ended by itself.
        var stopped: Reason?
        var output: OutputMeter
        var errors: OutputMeter
    }

    /// Runs the process to its end.
    ///
    /// `watch` runs beside it and is cancelled when the process has ended. As soon as it returns a reason the whole
    /// process group gets SIGTERM, and SIGKILL when the grace is over. Whatever is left of the group after its leader
    /// has gone is killed, on every path, cancellation included. (A descendant that makes a session of its own
    /// escapes; POSIX has no means against that.)
    ///
    /// - Throws: ``Failure`` if it cannot be started; `CancellationError` if the task was cancelled.
    func run<Reason: Sendable>(
        until watch: @escaping @Sendable () async -> Reason?
    ) async throws -> Outcome<Reason> {
        let group = ProcessGroup()
        defer { group.signal(SIGKILL) }
        let startedAt = MonotonicClock.nanoseconds()
        return try await withThrowingTaskGroup(of: Event<Reason>.self) { tasks in
            defer { tasks.cancelAll() }
            tasks.addTask { .ended(try await self.execute(in: group)) }
            tasks.addTask { .stop(await watch()) }
            var stopped: Reason?
            while let event = try await tasks.next() {
                switch event {
                case .ended(let execution):
                    try Task.checkCancellation()
                    return Outcome(
                        startedAt: startedAt, endedAt: MonotonicClock.nanoseconds(), status: execution.status,
                        stopped: stopped, output: execution.output, errors: execution.errors)
                case .stop(let reason):
                    guard let reason else { continue }
                    stopped = reason
                    group.signal(SIGTERM)
                    tasks.addTask {
                        try? await Task.sleep(for: grace)
                        return .graceOver
                    }
                case .graceOver:
                    group.signal(SIGKILL)
                }
            }
            throw CancellationError()
        }
    }

    private enum Event<Reason: Sendable>: Sendable {
        case ended(Execution)
        case stop(Reason?)
        case graceOver
    }

    private struct Execution: Sendable {
        var status: Status
        var output: OutputMeter
        var errors: OutputMeter
    }

    private func execute(in group: ProcessGroup) async throws -> Execution {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)
        ]
        let kept = keptOutput
        do {
            let result = try await Subprocess.run(
                .path(Self.path(program)),
                arguments: Arguments(executablePathOverride: words[0], remainingValues: Array(words.dropFirst())),
                environment: .custom(environment.map { Array("\($0.key)=\($0.value)\0".utf8) }),
                workingDirectory: folder.map(Self.path), platformOptions: options, input: .none, output: .sequence,
                error: .sequence
            ) { execution in
                group.begin(leader: execution.processIdentifier.value)
                async let output = Self.drain(execution.standardOutput, keeping: kept)
                async let errors = Self.drain(execution.standardError, keeping: kept)
                return await (output, errors)
            }
            let status: Status =
                switch result.terminationStatus {
                case .exited(let code): .exited(code)
                case .signaled(let signal): .signalled(signal)
                }
            return Execution(status: status, output: result.closureResult.0, errors: result.closureResult.1)
        } catch let error as SubprocessError {
            if Task.isCancelled { throw CancellationError() }
            throw Failure(message: "cannot start \(program): \(error)")
        }
    }

    /// The package's path type, through a protocol of the standard library: its own initializers are a module away
    /// that nothing else here needs.
    private static func path<Path: ExpressibleByStringLiteral>(_ text: String) -> Path
    where Path.StringLiteralType == String { Path(stringLiteral: text) }

    /// Reads a stream to its end. A stream that breaks has ended: what was read until then counts.
    private static func drain(_ stream: SubprocessOutputSequence, keeping kept: Int) async -> OutputMeter {
        var meter = OutputMeter(keeping: kept)
        let digest = BodyDigest()
        do {
            for try await buffer in stream {
                buffer.withUnsafeBytes { bytes in
                    meter.add(bytes)
                    digest.update(bytes)
                }
            }
        } catch {}
        meter.finish(digest: digest.hexadecimal())
        return meter
    }
}

/// The process group of a client, once it exists.
private final class ProcessGroup: Sendable {
    private struct State {
        var leader: pid_t?
        /// A signal that was sent before the process existed.
        var pending: Int32?
    }
    private let state = Mutex(State())

    func begin(leader: pid_t) {
        let pending = state.withLock { state in
            state.leader = leader
            return state.pending
        }
        if let pending { kill(-leader, pending) }
    }

    /// Sends a signal to all of the group; nothing happens where nobody is left.
    func signal(_ number: Int32) {
        let leader = state.withLock { state in
            if state.leader == nil { state.pending = number }
            return state.leader
        }
        // The number of a group stays taken while it has a member, and one that is gone is reused only after the
        // numbers of all processes went round once.
        if let leader { kill(-leader, number) }
    }
}
