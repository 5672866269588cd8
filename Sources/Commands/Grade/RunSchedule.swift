internal import Grading
internal import HTTPSemantics

/// Decides which run starts when. Pure: `now` is an argument, and whoever runs things says what has ended.
///
/// Rules name runs and how many; equal kinds are run once for all of them. Until the first request of the client
/// has been seen, one run goes on alone: a client that cannot reach the server is found out by it, and how long the
/// client takes from its start to its first request says how close to each other starts may be.
struct RunSchedule {
    /// One process, or for workers one round of them, that starts at once.
    struct Unit: Hashable, Sendable {
        var kind: RunRequest.Kind
        /// Its number among its kind, from 0.
        var number: Int
        var processes: Int { kind.workers }
    }

    enum Decision: Equatable {
        case start(Unit)
        /// Nothing may start before this instant.
        case waitUntil(Instant)
        /// Nothing may start before a run has ended (or the client's first request has come).
        case waitForRun
        /// All that is wanted has been run.
        case idle
    }

    /// The shortest distance between two starts that a machine's noise allows.
    static let shortestSpacing = Duration.milliseconds(60)
    /// How many processes run at once, unless a single round needs more.
    static let processCap = 48

    /// Between two starts.
    private(set) var spacing = shortestSpacing
    private var wanted: [RunRequest] = []
    private var started: [RunRequest.Kind: Int] = [:]
    private var running: [Unit] = []
    private var lastStart: Instant?
    private var clientWasSeen = false

    /// What is wanted now, in order of importance; it replaces what was wanted before. What runs goes on, what has
    /// not been started and is no longer wanted never starts.
    mutating func want(_ requests: [RunRequest]) {
        wanted = []
        for request in requests {
            if let position = wanted.firstIndex(where: { $0.kind == request.kind }) {
                wanted[position].count = max(wanted[position].count, request.count)
            } else {
                wanted.append(request)
            }
        }
    }

    /// The client's first request has come.
    ///
    /// - Parameter startup: from the start of its process to the request. A client that needs long to start needs
    ///   the processor for most of that time, so others keep away for a part of it.
    mutating func noteFirstRequest(after startup: Duration) {
        guard !clientWasSeen else { return }
        clientWasSeen = true
        spacing = min(max(Self.shortestSpacing, startup * 0.6), .milliseconds(500))
    }

    mutating func noteEnd(of unit: Unit) {
        guard let position = running.firstIndex(of: unit) else { return }
        running.remove(at: position)
    }

    /// The next step. A unit that is returned counts as started at `now`.
    mutating func next(at now: Instant) -> Decision {
        let pending = wanted.filter { started[$0.kind, default: 0] < $0.count }
        guard !pending.isEmpty else { return running.isEmpty ? .idle : .waitForRun }
        guard clientWasSeen || running.isEmpty else { return .waitForRun }
        guard let chosen = choose(among: pending) else { return .waitForRun }
        if let lastStart, now < lastStart + spacing { return .waitUntil(lastStart + spacing) }

        let unit = Unit(kind: chosen.kind, number: started[chosen.kind, default: 0])
        started[chosen.kind, default: 0] += 1
        running.append(unit)
        lastStart = now
        return .start(unit)
    }

    private func choose(among pending: [RunRequest]) -> RunRequest? {
        guard clientWasSeen else {
            // The scout: the client itself, in a run that is soon over.
            return pending.filter { $0.kind.client == .underTest && $0.kind.workers == 1 }
                .min { $0.kind.limit < $1.kind.limit } ?? pending.first
        }
        let processes = running.reduce(0) { $0 + $1.processes }
        let startable = pending.filter {
            running.isEmpty || processes + $0.kind.workers <= max(Self.processCap, $0.kind.workers)
        }
        let free = startable.filter { $0.kind.pacing == .free }
        if let longest = free.max(by: { $0.kind.limit < $1.kind.limit }) { return longest }

        guard !running.contains(where: { $0.kind.pacing == .alone }) else { return nil }
        if let timed = leastAdvanced(startable.filter { $0.kind.pacing == .timed }) { return timed }
        // A timed run that only waits for room goes first as well.
        guard !pending.contains(where: { $0.kind.pacing == .timed }),
            !running.contains(where: { $0.kind.pacing == .timed })
        else { return nil }
        return leastAdvanced(startable.filter { $0.kind.pacing == .alone })
    }

    /// Kinds take turns, so that a client and the reference beside it meet the same conditions.
    private func leastAdvanced(_ requests: [RunRequest]) -> RunRequest? {
        requests.min { share($0) < share($1) }
    }

    private func share(_ request: RunRequest) -> Double {
        Double(started[request.kind, default: 0]) / Double(request.count)
    }
}
