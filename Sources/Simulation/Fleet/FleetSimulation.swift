internal import Backoff
internal import HTTPSemantics

/// A million clients against one upstream in virtual time.
///
/// ``Simulation`` plays whole clients against whole fixtures and keeps an object for each; this one keeps 16 bytes for a
/// client, if its calls have to do with each other, and 56 for a call, knows four kinds of events of 64 bits, and allocates nothing per event. What it decides by
/// is the same: ``BackoffPolicy`` by its table, `PacingGate`, `RetryBudget` and `CircuitBreaker` themselves on the
/// client's side, the limiters themselves on the upstream's. Tests play the same cases through both.
///
/// A call has one thing to wait for at a time, so it is named by its place in one array; what an event touches of it lies
/// in one cache line.
public struct FleetSimulation {
    public let policy: ClientPolicy
    public private(set) var tally: FleetTally
    private let load: FleetLoad
    private let spacing: Double
    private let lastBegin: Int
    private let end: Int
    private let network: MessageDelay
    private let table: PolicyTable
    private let outerTable: PolicyTable?
    private let timeout: Int
    private let binWidth: Int
    /// Whether calls share anything, and whether that can keep one from sending.
    private let isCoordinated: Bool
    private let asksBeforeSending: Bool
    private let isMemoryless: Bool
    private let limitsConcurrency: Bool
    private var service: FleetService
    /// When calls become due: a chance of its own, so that every policy meets the same load.
    private var arrivals: SeededGenerator
    /// How long messages take.
    private var chance: SeededGenerator
    /// How long clients wait. One for all of them: events come in one order, and to fetch a generator for each client
    /// took an eighth of the time.
    private var jitter: SeededGenerator
    private var queue = CalendarQueue()
    private var now = 0
    /// Empty where nobody waits for a call to end.
    private var clients: [Client]
    private var calls: [Call] = []
    /// What each client's calls share; empty where they share nothing.
    private var shared: [SharedKnowledge]
    /// What a call owes for its attempt; empty where calls share nothing.
    private var passes: [SharedKnowledge.Pass] = []
    private var freeCall = nobody

    private static let nobody: Int32 = -1

    private struct Client {
        /// Calls that are due and wait for others to end.
        var due: Int32 = 0
        var underWay: Int32 = 0
        /// Calls that wait for an attempt of another to end, in order.
        var firstBlocked = nobody
        var lastBlocked = nobody
    }

    private struct Call {
        var client: Int32
        /// The next one that is free, or blocked.
        var next = nobody
        var began: Int
        var sentAt = 0
        /// The ladder's last wait, in nanoseconds.
        var previousWait: Int64 = 0
        /// What the response asked for, in nanoseconds; negative: nothing.
        var announced: Int64 = -1
        var ended: Int32 = 0
        var outerEnded: Int16 = 0
        var outcome = PolicyTable.Outcome.succeeded
    }

    /// - Parameter bins: into how many its tally divides the time.
    /// - Precondition: neither the scenario nor the policy has problems.
    public init(_ scenario: FleetScenario, policy: ClientPolicy, seed: UInt64, bins: Int = 600) {
        precondition(scenario.problems.isEmpty, scenario.problems.joined(separator: "; "))
        precondition(policy.problems.isEmpty, policy.problems.joined(separator: "; "))
        self.policy = policy
        load = scenario.load
        spacing = load.every.inSeconds * 1e6
        lastBegin = load.duration.microseconds
        end = (load.duration + scenario.drain).microseconds
        network = MessageDelay(scenario.network)
        table = PolicyTable(
            policy.policy, addsChance: policy.addsChanceToAnnouncedWaits, startsAtOnce: policy.retriesAtOnceFirst)
        outerTable = policy.outerLoop.map { PolicyTable($0) }
        timeout = policy.attemptTimeout.microseconds
        tally = FleetTally(series: LoadSeries(length: load.duration + scenario.drain, bins: bins))
        binWidth = tally.series.binWidth.microseconds
        chance = SeededGenerator(seed: seed)
        arrivals = chance.split()
        jitter = chance.split()
        service = FleetService(scenario, seed: chance.next())
        isMemoryless = scenario.limits.isEmpty && scenario.capacity == nil
        // A gate learns from refusals and what they announce; without limits there are none, and it stays open.
        let hasGate = policy.hasGate && !scenario.limits.isEmpty
        asksBeforeSending = hasGate || policy.breaker != nil
        isCoordinated = asksBeforeSending || policy.budget != nil
        var knowledge = SharedKnowledge(policy)
        if !hasGate { knowledge.gate = nil }
        shared = isCoordinated ? Array(repeating: knowledge, count: scenario.clients) : []
        limitsConcurrency = load.concurrency < FleetLoad.unlimited
        clients =
            limitsConcurrency || asksBeforeSending ? Array(repeating: Client(), count: scenario.clients) : []
        for client in 0..<scenario.clients {
            let first =
                load.isEven ? Int(Double.random(in: 0..<spacing, using: &arrivals)) : exponentialGap()
            if first < lastBegin { queue.push(PackedEvent(.begin, client, at: first)) }
        }
    }

    /// Plays all of it.
    public mutating func run() {
        while let event = queue.pop(), event.microseconds <= end {
            now = event.microseconds
            tally.events += 1
            switch event.kind {
            case .begin: begin(event.id)
            case .ask: ask(event.id)
            case .arrive: arrive(event.id, at: now)
            case .hear: hear(event.id)
            }
        }
        tally.open = tally.calls - tally.succeeded - tally.failed
    }

    // MARK: - Calls

    private mutating func begin(_ client: Int) {
        let next = now + max(1, load.isEven ? Int(spacing) : exponentialGap())
        if next < lastBegin { queue.push(PackedEvent(.begin, client, at: next)) }
        tally.calls += load.batch
        tally.series.begun[now / binWidth] += load.batch
        if limitsConcurrency {
            clients[client].due += Int32(clamping: load.batch)
            startDue(client)
        } else {
            for _ in 0..<load.batch { start(client) }
        }
    }

    /// Starts as many of the calls that are due as may be under way.
    private mutating func startDue(_ client: Int) {
        while clients[client].due > 0, Int(clients[client].underWay) < load.concurrency {
            clients[client].due -= 1
            clients[client].underWay += 1
            start(client)
        }
    }

    private mutating func start(_ client: Int) {
        let fresh = Call(client: Int32(client), began: now)
        let call: Int
        if freeCall >= 0 {
            call = Int(freeCall)
            freeCall = calls[call].next
            calls[call] = fresh
            if isCoordinated { passes[call] = SharedKnowledge.Pass() }
        } else {
            call = calls.count
            precondition(call <= PackedEvent.largestID, "more than 16 million calls are under way")
            calls.append(fresh)
            if isCoordinated { passes.append(SharedKnowledge.Pass()) }
        }
        prepare(call, at: now)
    }

    /// Lets a call send at an instant, as soon as what its client shares lets it.
    private mutating func prepare(_ call: Int, at instant: Int) {
        guard !asksBeforeSending else { return queue.push(PackedEvent(.ask, call, at: instant)) }
        send(call, at: instant)
    }

    private mutating func send(_ call: Int, at instant: Int) {
        calls[call].sentAt = instant
        let arrival = instant + network.draw(&chance)
        // What an upstream without a memory answers does not depend on who comes before: no need to wait for that.
        guard !isMemoryless || arrival > end else { return arrive(call, at: arrival) }
        queue.push(PackedEvent(.arrive, call, at: arrival))
    }

    /// A call wants to send, behind those of its client that wait already.
    private mutating func ask(_ call: Int) {
        let client = Int(calls[call].client)
        guard clients[client].firstBlocked < 0, admit(call, client) else {
            calls[call].next = Self.nobody
            if clients[client].firstBlocked < 0 {
                clients[client].firstBlocked = Int32(call)
            } else {
                calls[Int(clients[client].lastBlocked)].next = Int32(call)
            }
            clients[client].lastBlocked = Int32(call)
            return
        }
    }

    /// - Returns: false if the call must wait until an attempt of its client has ended.
    private mutating func admit(_ call: Int, _ client: Int) -> Bool {
        let instant = Instant(microseconds: now)
        let began = Instant(microseconds: calls[call].began)
        let admission = shared[client].admit(
            &passes[call], at: instant,
            latest: policy.policy.latestAttempt(policy.policy.deadline.map { began + $0 }, at: instant))
        switch admission {
        case .send: send(call, at: now)
        case .wait(until: nil): return false
        case .wait(let until?): queue.push(PackedEvent(.ask, call, at: max(now + 1, until.roundedUpMicroseconds)))
        case .refuse:
            tally.withheld += 1
            finish(call, client, succeeded: false)
        }
        return true
    }

    private mutating func wake(_ client: Int) {
        while clients[client].firstBlocked >= 0 {
            let call = Int(clients[client].firstBlocked)
            // Taken out first: what it does may end it.
            let next = calls[call].next
            clients[client].firstBlocked = next
            guard admit(call, client) else {
                clients[client].firstBlocked = Int32(call)
                calls[call].next = next
                return
            }
        }
    }

    // MARK: - Attempts

    private mutating func arrive(_ call: Int, at now: Int) {
        tally.requests += 1
        tally.series.offered[now / binWidth] += 1
        let reply = service.answer(client: Int(calls[call].client), at: now)
        let patience = calls[call].sentAt + timeout
        var heard = Int.max
        if let at = reply.at { heard = at + network.draw(&chance) }
        calls[call].announced = reply.announced
        calls[call].outcome = reply.outcome
        switch reply.outcome {
        case .throttled: tally.throttled += 1
        case .failed: tally.errors += 1
        case .succeeded: if heard > patience { tally.lateAnswers += 1 }
        case .timedOut: break
        }
        if heard > patience {
            heard = max(now, patience)
            tally.timeouts += 1
            calls[call].outcome = .timedOut
            calls[call].announced = -1
        }
        queue.push(PackedEvent(.hear, call, at: heard))
    }

    private mutating func hear(_ call: Int) {
        let client = Int(calls[call].client)
        let outcome = calls[call].outcome
        if asksBeforeSending {
            shared[client].finished(
                &passes[call], outcome, announced: calls[call].announced, at: Instant(microseconds: now))
        }
        if outcome == .succeeded {
            tally.series.served[now / binWidth] += 1
            if isCoordinated { shared[client].succeeded(passes[call]) }
            finish(call, client, succeeded: true)
        } else if let wait = wait(call, client, after: outcome) {
            prepare(call, at: now + wait)
        } else {
            finish(call, client, succeeded: false)
        }
        if asksBeforeSending { wake(client) }
    }

    /// - Returns: microseconds until the next attempt; `nil`: the call gives up.
    private mutating func wait(_ call: Int, _ client: Int, after outcome: PolicyTable.Outcome) -> Int? {
        let elapsed = Int64(now - calls[call].began) * 1000
        var wait = table.wait(
            after: outcome, ended: Int(calls[call].ended), previous: &calls[call].previousWait,
            announced: calls[call].announced, elapsed: elapsed, using: &jitter)
        calls[call].ended += 1
        if wait == nil, let outerTable {
            var previous: Int64 = 0
            wait = outerTable.wait(
                after: outcome, ended: Int(calls[call].outerEnded), previous: &previous, announced: -1,
                elapsed: elapsed, using: &jitter)
            calls[call].outerEnded += 1
            calls[call].ended = 0
            calls[call].previousWait = 0
        }
        guard let wait else { return nil }
        if isCoordinated, !shared[client].mayRetry(&passes[call], isThrottled: outcome == .throttled) { return nil }
        return Int((wait + 999) / 1000)
    }

    private mutating func finish(_ call: Int, _ client: Int, succeeded: Bool) {
        if succeeded {
            tally.succeeded += 1
            tally.latencies.add(microseconds: now - calls[call].began)
        } else {
            tally.failed += 1
        }
        tally.end = .microseconds(Int64(now))
        calls[call].next = freeCall
        freeCall = Int32(call)
        guard limitsConcurrency else { return }
        clients[client].underWay -= 1
        if clients[client].due > 0 { startDue(client) }
    }

    private mutating func exponentialGap() -> Int {
        Int(arrivals.exponential() * spacing)
    }
}
