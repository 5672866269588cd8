internal import Fixtures
internal import Grading
internal import HTTPSemantics
internal import Journal
internal import MockServer
internal import Upstream

/// Makes runs: a lane that plays the scenario, a process of the client against it, and what both of them saw.
struct ClientRunner: Sendable {
    /// After so many requests a lane answers 503, and the run ends.
    static let requestLimit = 1_000
    /// How long exchanges that are still open when the process has ended may take to end as well.
    static let settling: Duration = .milliseconds(300)

    var server: MockServer
    var commands: ClientCommands
    var environment: [String: String]
    /// The working folder of the client; `nil`: this process's own.
    var folder: String?
    var seed: UInt64
    /// The fixture of a scenario with these parameters.
    var scenario: @Sendable (_ name: String, _ parameters: [String: String]) throws -> Fixture
    /// A run ends when no request has come so long after its start, or, for a client that has needed long to start,
    /// after four times as long.
    var firstRequestWithin: Duration = .seconds(10)
    private let startup = LongestStartup()
    /// Where programs are, by the first word of a command.
    var programs: [String: String]
    /// Where the journals of runs go; `nil`: nowhere.
    var journals: KeptJournals?

    /// What became of a unit.
    struct Result: Sendable {
        var runs: [Run]
        /// The end of what the first process printed on its standard error, or else on its standard output.
        var printed: [String]
    }

    /// Runs one process, or for workers a round of them, each against a lane of its own.
    ///
    /// - Parameter onFirstRequest: called with the time from the start of the first process to its first request.
    func perform(
        _ unit: RunSchedule.Unit, onFirstRequest: @escaping @Sendable (Duration) -> Void
    ) async throws -> Result {
        var parameters = unit.kind.scenarioParameters
        if unit.kind.profile == .workers {
            parameters["workers"] = "\(unit.kind.workers)"
            parameters["group"] = "round-\(unit.number)-\(unit.kind.client == .underTest ? "client" : "reference")"
        }
        var fixture = try scenario(unit.kind.scenario, parameters)
        fixture.seed = seed &+ UInt64(unit.number)
        var lanes: [Lane] = []
        do {
            for _ in 0..<unit.kind.workers {
                lanes.append(try await server.addLane(fixture, requestLimit: Self.requestLimit))
            }
            let result = try await run(unit, in: lanes, fixture: fixture, onFirstRequest)
            for lane in lanes { await server.removeLane(named: lane.name) }
            return result
        } catch {
            for lane in lanes { await server.removeLane(named: lane.name) }
            throw error
        }
    }

    private func run(
        _ unit: RunSchedule.Unit, in lanes: [Lane], fixture: Fixture,
        _ onFirstRequest: @escaping @Sendable (Duration) -> Void
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: (Int, Run, [String]).self) { group in
            for (index, lane) in lanes.enumerated() {
                group.addTask {
                    let (run, printed) = try await self.run(unit, in: lane, seed: fixture.seed, onFirstRequest)
                    return (index, run, printed)
                }
            }
            let finished = try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }
            return Result(runs: finished.map(\.1), printed: finished.first?.2 ?? [])
        }
    }

    private enum Reason: Sendable { case timeUp, noRequest, tooManyRequests }

    private func run(
        _ unit: RunSchedule.Unit, in lane: Lane, seed: UInt64, _ onFirstRequest: @escaping @Sendable (Duration) -> Void
    ) async throws -> (Run, [String]) {
        guard let command = commands.command(for: unit.kind) else {
            throw Failure(message: "there is no command for the profile \(unit.kind.profile.rawValue)")
        }
        let values = commands.values(for: unit.kind, url: lane.url)
        let words = command.filled(with: values)
        let process = ClientProcess(
            program: programs[command.words[0]] ?? command.words[0], words: words,
            environment: ClientCommand.environment(environment, with: values), folder: folder)

        let clockBefore = MonotonicClock.civilOffset()
        let begin = MonotonicClock.nanoseconds()
        let arrivals = ArrivalCount()
        let (readings, counting) = arrivals.readings(of: lane, limit: Self.requestLimit)
        defer { counting.cancel() }
        // The workers of a round start together and share the processor.
        let patience = max(firstRequestWithin, startup.duration * 4 * Double(max(1, unit.processes / 2)))
        let outcome = try await process.run { [limit = unit.kind.limit] () -> Reason? in
            await watch(readings, arrivals, limit: limit, within: patience) {
                let time = $0 - lane.instant(ofMonotonic: begin)
                startup.note(time)
                onFirstRequest(time)
            }
        }
        let slice = await lane.settledJournal(within: Self.settling)
        let (exchanges, stalls) = Exchange.gather(slice.entries)
        let accounts = await lane.accounting()
        let ending: Run.Ending =
            switch (outcome.stopped, outcome.status) {
            case (.timeUp, _): .timeUp
            case (.noRequest, _): exchanges.isEmpty ? .noRequest : .timeUp
            case (.tooManyRequests, _): .tooManyRequests
            case (nil, .exited(let code)): .exited(code)
            case (nil, .signalled(let signal)): .signalled(signal)
            }
        let run = Run(
            round: unit.number, exchanges: exchanges, wall: lane.wall,
            clockStep: MonotonicClock.civilOffset() - clockBefore,
            startedAt: lane.instant(ofMonotonic: outcome.startedAt),
            endedAt: lane.instant(ofMonotonic: outcome.endedAt), ending: ending,
            output: Run.Output(length: outcome.output.length, digest: outcome.output.digest ?? ""), stalls: stalls,
            dropped: slice.dropped, unconsumed: accounts.reduce(0) { $0 + max(0, $1.scripted - $1.consumed) },
            seed: seed)
        let errors = outcome.errors.lastLines(5)
        let printed = errors.isEmpty ? outcome.output.lastLines(5) : errors
        try journals?.keep(
            KeptJournals.Entry(unit.kind, run, command: words, printed: printed), lane.journalHeader, slice.entries)
        return (run, printed)
    }

    /// Why the process must end, if it has not ended by itself.
    private func watch(
        _ readings: AsyncStream<ArrivalCount.Reading>, _ arrivals: ArrivalCount, limit: Duration, within: Duration,
        onFirst: @escaping @Sendable (Instant) -> Void
    ) async -> Reason? {
        // The limit counts from the first request: what a client needs to start, on a busy machine some seconds, is
        // no part of what is observed.
        let (begun, begin) = AsyncStream<Void>.makeStream()
        return await withTaskGroup(of: Reason?.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await _ in begun { return await Self.hasPassed(limit) ? .timeUp : nil }
                return nil
            }
            group.addTask { await Self.hasPassed(within) && !arrivals.hasSeenAny ? .noRequest : nil }
            group.addTask {
                var isFirst = true
                for await reading in readings {
                    if isFirst {
                        onFirst(reading.first)
                        begin.yield()
                    }
                    isFirst = false
                    if reading.count > Self.requestLimit { return .tooManyRequests }
                }
                return nil
            }
            for await reason in group {
                if let reason { return reason }
            }
            return nil
        }
    }

    /// Waits; false if it was cancelled before the time was over.
    private static func hasPassed(_ time: Duration) async -> Bool {
        do {
            try await Task.sleep(for: time)
            return true
        } catch { return false }
    }
}
