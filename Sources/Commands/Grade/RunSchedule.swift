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

    /// The shortest distance between the starts of two timed runs that a machine's noise allows.
    static let timedSpacing = Duration.milliseconds(60)
    /// The shortest distance between any two starts.
    static let leastSpacing = Duration.milliseconds(20)
    /// How many processes run at once, unless a single round needs more.
    static let processCap = 48
    /// Free runs that may take longer go before all others: the whole grading waits for them.
    static let longWait = Duration.seconds(40)

    /// How many runs of a client that needs long to start may be without a request at once. More of them would only
    /// keep each other from the processor.
    static let startingCap = 3

    private var wanted: [RunRequest] = []
    private var started: [RunRequest.Kind: Int] = [:]
    private var running: [Unit] = []
    /// Those of them that no request has come from yet.
    private var starting: [Unit] = []
    private var lastStart: Instant?
    private var lastTimedStart: Instant?
    /// What a client that needs long to start asks for between two starts.
    private var startupSpacing = Duration.zero
    private var clientWasSeen = false

    /// How many processes run.
    var processes: Int { running.reduce(0) { $0 + $1.processes } }

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

    /// The first request of a run has come.
    ///
    /// - Parameter startup: from the start of its process to the request. A client that needs long to start needs
    ///   the processor for most of that time, so others keep away for a part of it.
    mutating func noteFirstRequest(of unit: Unit, after startup: Duration) {
        starting.removeAll { $0 == unit }
        guard !clientWasSeen else { return }
        clientWasSeen = true
        startupSpacing = min(startup * 0.6, .milliseconds(500))
    }

    mutating func noteEnd(of unit: Unit) {
        guard let position = running.firstIndex(of: unit) else { return }
        running.remove(at: position)
        starting.removeAll { $0 == unit }
    }

    /// The next step. A unit that is returned counts as started at `now`.
    mutating func next(at now: Instant) -> Decision {
        let pending = wanted.filter { started[$0.kind, default: 0] < $0.count }
        guard !pending.isEmpty else { return running.isEmpty ? .idle : .waitForRun }
        guard clientWasSeen || running.isEmpty else { return .waitForRun }
        let candidates = candidates(among: pending)
        guard !candidates.isEmpty else { return .waitForRun }
        guard let chosen = candidates.first(where: { earliestStart(of: $0) <= now }) else {
            return .waitUntil(candidates.map(earliestStart).min()!)
        }

        let unit = Unit(kind: chosen.kind, number: started[chosen.kind, default: 0])
        started[chosen.kind, default: 0] += 1
        running.append(unit)
        starting.append(unit)
        lastStart = now
        if chosen.kind.pacing != .free { lastTimedStart = now }
        return .start(unit)
    }

    private func earliestStart(of request: RunRequest) -> Instant {
        var earliest = Instant.zero
        if let lastStart { earliest = lastStart + max(Self.leastSpacing, startupSpacing) }
        if request.kind.pacing != .free, let lastTimedStart {
            earliest = max(earliest, lastTimedStart + max(Self.timedSpacing, startupSpacing))
        }
        return earliest
    }

    /// What may start as far as others that run are concerned, in order of preference.
    private func candidates(among pending: [RunRequest]) -> [RunRequest] {
        guard clientWasSeen else {
            // The scout: the client itself, in a run that is soon over.
            let own = pending.filter { $0.kind.client == .underTest && $0.kind.workers == 1 }
            return [own.min { $0.kind.limit < $1.kind.limit } ?? pending[0]]
        }
        if startupSpacing > Self.timedSpacing, starting.count >= Self.startingCap { return [] }
        let startable = pending.filter {
            running.isEmpty || processes + $0.kind.workers <= max(Self.processCap, $0.kind.workers)
        }
        let free = startable.filter { $0.kind.pacing == .free }.sorted { $0.kind.limit > $1.kind.limit }
        let long = free.filter { $0.kind.limit >= Self.longWait }
        let timed = leastAdvanced(startable.filter { $0.kind.pacing == .timed })
        let alone = leastAdvanced(startable.filter { $0.kind.pacing == .alone })

        if running.contains(where: { $0.kind.pacing == .alone }) { return free }
        if let timed { return long + [timed] + free }
        // A timed run that only waits for room goes first as well.
        let isTimedOpen =
            pending.contains { $0.kind.pacing == .timed } || running.contains { $0.kind.pacing == .timed }
        if let alone, !isTimedOpen { return long + [alone] + free }
        return free
    }

    /// Kinds take turns, so that a client and the reference beside it meet the same conditions.
    private func leastAdvanced(_ requests: [RunRequest]) -> RunRequest? {
        requests.min { share($0) < share($1) }
    }

    private func share(_ request: RunRequest) -> Double {
        Double(started[request.kind, default: 0]) / Double(request.count)
    }
}
