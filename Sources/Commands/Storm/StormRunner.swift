internal import HTTPSemantics
internal import Journal
internal import MockServer
internal import Synchronization

/// Lets clients loose on lanes, and reads what happened from the lanes' journals and from the callers.
struct StormRunner: Sendable {
    var server: MockServer
    var settings: StormSettings
    var environment: [String: String]
    /// Where the program of a command is.
    var program: String?

    /// A client that never stops is stopped here, by 503.
    private static let requestLimit = 200_000
    private static let settling: Duration = .milliseconds(500)

    /// All clients in one scenario, each against a lane of its own, at the same time.
    func run(_ clients: [StormClient], in scenario: StormScenario) async throws -> [StormRun] {
        try await inOrder(clients) { client in
            let lane = try await server.addLane(scenario.fixture(settings), requestLimit: Self.requestLimit)
            let caller = try StormCaller(
                client, settings, lane: lane, workers: settings.workers, apart: false, program: program,
                environment: environment)
            let calls = try await storm(caller, lane, calls: settings.requests, workers: settings.workers)
            return await reading(lane, calls: calls)
        }
    }

    /// All clients as a herd, once.
    func herd(_ clients: [StormClient], number: Int) async throws -> [HerdIndex] {
        let workers = settings.herdWorkers
        return try await inOrder(clients) { client in
            let position = clients.firstIndex(of: client) ?? 0
            let lane = try await server.addLane(
                StormHerd.fixture(settings, group: "herd-\(number)-\(position)"), requestLimit: Self.requestLimit)
            let caller = try StormCaller(
                client, settings, lane: lane, workers: workers, apart: true, program: program,
                environment: environment)
            let calls = try await storm(caller, lane, calls: workers, workers: workers)
            return HerdIndex(await reading(lane, calls: calls).exchanges, workers: workers)
        }
    }

    private func inOrder<Value: Sendable>(
        _ clients: [StormClient], _ body: @escaping @Sendable (StormClient) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            for (position, client) in clients.enumerated() {
                group.addTask { (position, try await body(client)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// So many calls; each worker takes the next one as soon as its last has ended.
    private func storm(_ caller: StormCaller, _ lane: Lane, calls: Int, workers: Int) async throws -> [StormCall] {
        let numbers = Numbers()
        return try await withThrowingTaskGroup(of: [StormCall].self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var done: [StormCall] = []
                    while true {
                        let number = numbers.take()
                        guard number < calls else { return done }
                        let begun = lane.now()
                        let failure = try await caller.call(number, worker)
                        try Task.checkCancellation()
                        done.append(StormCall(begun: begun, ended: lane.now(), failure: failure))
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// What the lane saw. The lane ends with it.
    private func reading(_ lane: Lane, calls: [StormCall]) async -> StormRun {
        let slice = await lane.settledJournal(within: Self.settling)
        await server.removeLane(named: lane.name)
        let (exchanges, stalls) = Exchange.gather(slice.entries)
        let stalled = stalls.reduce(Duration.zero) { $0 + ($1.until - $1.from) }
        return StormRun(calls: calls, exchanges: exchanges, stalled: stalled)
    }
}

/// Numbers in order, each given once.
private final class Numbers: Sendable {
    private let next = Atomic(0)

    func take() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
}
