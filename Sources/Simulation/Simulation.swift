internal import Backoff
internal import Fixtures
public import HTTPSemantics
public import Upstream

/// Clients against upstreams in virtual time: a loop over events, seeded, without sockets, threads or sleeping.
///
/// The same fixtures, client, load and seed give the same events in the same order. A simulation is run once.
///
/// ```swift
/// var simulation = Simulation(
///     upstreams: [Upstream(fixture: fixture, wall: wall)], load: Load(workers: 1000), seed: 1
/// ) { _ in BackoffCaller() }
/// simulation.run(until: .zero + .seconds(3600), observer: &tally)
/// ```
public struct Simulation<Client: SimulatedClient> {
    /// One for all workers, or one for each; worker n is served by upstream n modulo their number.
    public private(set) var upstreams: [Upstream]
    public private(set) var now = Instant.zero
    private let load: Load
    private let network: Network
    private let detail: SimulationDetail
    /// The clients' civil time.
    private let wall: WallLine
    private let followsConnections: Bool
    private var generator: SeededGenerator
    private var queue = EventQueue<Event>()
    private var workers: [Worker] = []
    private var calls: [CallState] = []
    private var freeCalls: [Int32] = []
    private var flights: UInt32 = 0
    /// Replies that are not sent yet, by their flight.
    private var parked: [UInt32: Parked] = [:]
    /// Flights that wait for each other, by the name of their group.
    private var held: [String: [UInt32]] = [:]

    private enum Event {
        /// A worker's next call may begin.
        case begin(worker: Int32)
        /// A call's next attempt starts.
        case send(call: Int32)
        /// Its request is at the upstream.
        case arrive(call: Int32)
        /// A reply that waited is due.
        case reply(flight: UInt32)
        /// A reply that is held for others is not held any longer.
        case release(flight: UInt32)
        /// The client does not wait any longer for an attempt.
        case expire(call: Int32, flight: UInt32)
        /// The client has its outcome.
        case hear(call: Int32)
        /// Calls that wait for an attempt of their worker to end may ask again.
        case wake(worker: Int32)
    }

    private struct Worker {
        var client: Client
        var generator: SeededGenerator
        var begun: Int32 = 0
        var underWay: Int32 = 0
        /// A call is due and waits for another to end.
        var isWaiting = false
        /// Calls that wait for an attempt to end, in order; those before `firstBlocked` wait no longer.
        var blocked: [Int32] = []
        var firstBlocked = 0
        var connections: Int32 = 0
        var idleConnections: [Int32] = []

        mutating func unblock() {
            firstBlocked += 1
            guard firstBlocked == blocked.count else { return }
            blocked.removeAll(keepingCapacity: true)
            firstBlocked = 0
        }

        mutating func begin(at now: Instant) -> Client.Call {
            client.begin(Int(begun), at: now, using: &generator)
        }

        mutating func request(_ call: inout Client.Call, at now: Instant) -> UpstreamRequest {
            client.request(&call, at: now, using: &generator)
        }

        mutating func next(
            after outcome: AttemptOutcome, in call: inout Client.Call, at now: Instant, received: WallTime
        ) -> NextStep {
            client.next(after: outcome, in: &call, at: now, received: received, using: &generator)
        }
    }

    private struct CallState {
        var state: Client.Call
        var worker: Int32
        var number: Int32
        var attempts: Int32 = 0
        var connection: Int32 = 0
        var flight: UInt32 = 0
        var began: Instant
        var sentAt = Instant.zero
        var expiresAt = Instant.distantFuture
        var request: UpstreamRequest?
        /// What the client will hear.
        var outcome: AttemptOutcome?
    }

    private struct Parked {
        var call: Int32
        var attempt: SimulatedAttempt
    }

    /// - Parameters:
    ///   - wall: the clients' civil time; the upstreams have their own, which a fixture may have put wrong.
    ///   - client: makes the client of a worker.
    public init(
        upstreams: [Upstream], load: Load = Load(), network: Network = Network(),
        detail: SimulationDetail = .decisions, wall: WallLine = WallLine(origin: WallTime(secondsSinceEpoch: 0)),
        seed: UInt64, client: (_ worker: Int) -> Client
    ) {
        precondition(!upstreams.isEmpty, "somebody must answer")
        self.upstreams = upstreams
        self.load = load
        self.network = network
        self.detail = detail
        self.wall = wall
        generator = SeededGenerator(seed: seed)
        followsConnections = detail == .messages || upstreams.contains { !$0.fixture.connections.isEmpty }
        workers.reserveCapacity(load.workers)
        queue.reserve(load.workers)
        for number in 0..<load.workers {
            workers.append(Worker(client: client(number), generator: generator.split()))
            let start = Network(scatter: load.spread).draw(&generator)
            queue.push(.begin(worker: Int32(number)), at: .zero + start)
        }
    }

    /// Plays until nothing is left to happen, or to an instant, or until the observer has seen enough.
    public mutating func run(until end: Instant, observer: inout some SimulationObserver) {
        while !observer.hasSeenEnough, let (instant, event) = queue.pop(until: end) {
            now = instant
            switch event {
            case .begin(let worker): begin(worker)
            case .send(let call): ask(call, &observer)
            case .wake(let worker): wake(Int(worker), &observer)
            case .arrive(let call): arrive(call, &observer)
            case .reply(let flight): reply(flight, &observer)
            case .release(let flight): release(flight, &observer)
            case .expire(let call, let flight): expire(call, flight, &observer)
            case .hear(let call): hear(call, &observer)
            }
        }
        for flight in parked.keys.sorted() { observer.note(parked[flight]!.attempt) }
        parked = [:]
    }

    // MARK: - The client

    private mutating func begin(_ worker: Int32) {
        let position = Int(worker)
        guard workers[position].begun < load.calls else { return }
        guard workers[position].underWay < load.concurrency else {
            workers[position].isWaiting = true
            return
        }
        let state = workers[position].begin(at: now)
        let fresh = CallState(state: state, worker: worker, number: workers[position].begun, began: now)
        workers[position].begun += 1
        workers[position].underWay += 1
        let call: Int32
        if let free = freeCalls.popLast() {
            call = free
            calls[Int(free)] = fresh
        } else {
            call = Int32(calls.count)
            calls.append(fresh)
        }
        queue.push(.send(call: call), at: now)
        queue.push(.begin(worker: worker), at: now + (load.spacing ?? .zero))
    }

    /// A call wants to send, behind those of its worker that wait already.
    private mutating func ask(_ call: Int32, _ observer: inout some SimulationObserver) {
        let worker = Int(calls[Int(call)].worker)
        guard workers[worker].blocked.isEmpty, admit(call, worker, &observer) else {
            return workers[worker].blocked.append(call)
        }
    }

    private mutating func wake(_ worker: Int, _ observer: inout some SimulationObserver) {
        while !workers[worker].blocked.isEmpty {
            guard admit(workers[worker].blocked[workers[worker].firstBlocked], worker, &observer) else { return }
            workers[worker].unblock()
        }
    }

    /// - Returns: false if the call must wait until an attempt of its worker has ended.
    private mutating func admit(_ call: Int32, _ worker: Int, _ observer: inout some SimulationObserver) -> Bool {
        switch workers[worker].client.admit(&calls[Int(call)].state, at: now) {
        case .send: send(call, worker)
        case .wait(until: nil): return false
        case .wait(let instant?): queue.push(.send(call: call), at: max(instant, now + .nanoseconds(1)))
        case .refuse: end(call, .failed, output: [], &observer)
        }
        return true
    }

    private mutating func send(_ call: Int32, _ worker: Int) {
        let position = Int(call)
        calls[position].attempts += 1
        flights += 1
        calls[position].flight = flights
        calls[position].sentAt = now
        calls[position].request = workers[worker].request(&calls[position].state, at: now)
        let timeout = workers[worker].client.timeout(of: calls[position].state, at: now)
        calls[position].expiresAt = timeout.map { now + $0 } ?? .distantFuture
        if let failure = connect(position, worker) { return tell(call, failure, at: now) }
        queue.push(.arrive(call: call), at: now + network.draw(&generator))
    }

    /// Takes an idle connection of the worker or opens one.
    ///
    /// - Returns: what becomes of the attempt if the connection does not serve; an `outcome` of `nil` for one that is
    ///   never answered on.
    private mutating func connect(_ call: Int, _ worker: Int) -> Perception? {
        guard followsConnections else { return nil }
        if let idle = workers[worker].idleConnections.popLast() {
            calls[call].connection = idle
            return nil
        }
        workers[worker].connections += 1
        calls[call].connection = workers[worker].connections
        return Perception(upstreams[worker % upstreams.count].connect(at: now))
    }

    /// Lets the client of a call know what it came to, or that its patience is over, whichever is first.
    private mutating func tell(_ call: Int32, _ perception: Perception, at instant: Instant) {
        let position = Int(call)
        let heard = instant + perception.duration + network.draw(&generator)
        if let outcome = perception.outcome, heard <= calls[position].expiresAt {
            calls[position].outcome = outcome
            queue.push(.hear(call: call), at: heard)
        } else if calls[position].expiresAt < .distantFuture {
            calls[position].outcome = .failure(.timeout, mayHaveArrived: true)
            queue.push(.hear(call: call), at: max(now, calls[position].expiresAt))
        }
    }

    private mutating func expire(_ call: Int32, _ flight: UInt32, _ observer: inout some SimulationObserver) {
        guard let abandoned = parked.removeValue(forKey: flight) else { return }
        if let hold = abandoned.attempt.plan.hold { held[hold.group]?.removeAll { $0 == flight } }
        var attempt = abandoned.attempt
        upstreams[attempt.lane].finish(attempt.plan, at: now)
        (attempt.ending, attempt.endedAt) = (.abandoned, now)
        observer.note(attempt)
        calls[Int(call)].outcome = .failure(.timeout, mayHaveArrived: true)
        hear(call, &observer)
    }

    private mutating func hear(_ call: Int32, _ observer: inout some SimulationObserver) {
        let position = Int(call)
        guard let outcome = calls[position].outcome else { return }
        calls[position].outcome = nil
        let worker = Int(calls[position].worker)
        if followsConnections, outcome.keepsConnection {
            workers[worker].idleConnections.append(calls[position].connection)
        }
        if !workers[worker].blocked.isEmpty { queue.push(.wake(worker: Int32(worker)), at: now) }
        let step = workers[worker].next(
            after: outcome, in: &calls[position].state, at: now, received: wall.time(at: now))
        switch step {
        case .retry(let wait): queue.push(.send(call: call), at: max(now, now + wait))
        case .end(let ending):
            let output = workers[worker].client.output(of: calls[position].state, after: outcome)
            end(call, ending, output: output, &observer)
        }
    }

    private mutating func end(
        _ call: Int32, _ ending: CallEnding, output: [UInt8], _ observer: inout some SimulationObserver
    ) {
        let position = Int(call)
        let worker = calls[position].worker
        observer.note(
            SimulatedCall(
                worker: Int(worker), number: Int(calls[position].number), attempts: Int(calls[position].attempts),
                began: calls[position].began, ended: now, ending: ending, output: output))
        calls[position].request = nil
        freeCalls.append(call)
        workers[Int(worker)].underWay -= 1
        if workers[Int(worker)].isWaiting {
            workers[Int(worker)].isWaiting = false
            queue.push(.begin(worker: worker), at: now)
        }
    }

    // MARK: - The upstream

    private mutating func arrive(_ call: Int32, _ observer: inout some SimulationObserver) {
        let position = Int(call)
        guard let request = calls[position].request else { return }
        let worker = Int(calls[position].worker)
        let lane = worker % upstreams.count
        let plan =
            upstreams[lane].interrupt(request, at: now, journal: { _ in }) ?? upstreams[lane].decide(request, at: now)
        let attempt = SimulatedAttempt(
            lane: lane, worker: worker, call: Int(calls[position].number), number: Int(calls[position].attempts),
            connection: Int(calls[position].connection), sentAt: calls[position].sentAt, arrivedAt: now,
            request: request, plan: plan, ending: .open)
        if plan.delay <= .zero, plan.sendPhase == nil, plan.hold == nil {
            return answer(call, attempt, &observer)
        }
        let flight = calls[position].flight
        parked[flight] = Parked(call: call, attempt: attempt)
        var due = now + max(.zero, plan.delay)
        if let phase = plan.sendPhase { due = upstreams[lane].wall.next(phase, notBefore: due) }
        queue.push(.reply(flight: flight), at: due)
        if calls[position].expiresAt < .distantFuture {
            queue.push(.expire(call: call, flight: flight), at: calls[position].expiresAt)
        }
    }

    private mutating func reply(_ flight: UInt32, _ observer: inout some SimulationObserver) {
        guard let hold = parked[flight]?.attempt.plan.hold else { return release(flight, &observer) }
        held[hold.group, default: []].append(flight)
        guard let waiting = held[hold.group], waiting.count >= hold.parked else {
            return queue.push(.release(flight: flight), at: now + hold.atMost)
        }
        for one in waiting { release(one, &observer) }
    }

    private mutating func release(_ flight: UInt32, _ observer: inout some SimulationObserver) {
        guard let due = parked.removeValue(forKey: flight) else { return }
        if let hold = due.attempt.plan.hold { held[hold.group]?.removeAll { $0 == flight } }
        answer(due.call, due.attempt, &observer)
    }

    /// Sends a reply, or breaks the exchange as its plan says.
    private mutating func answer(
        _ call: Int32, _ answered: SimulatedAttempt, _ observer: inout some SimulationObserver
    ) {
        var attempt = answered
        let lane = attempt.lane
        var response = AttemptOutcome.Response(status: attempt.plan.status)
        // A success that a key asks to keep must be rendered, whatever the detail.
        if detail == .messages || attempt.plan.idempotencyKey != nil {
            let reply = upstreams[lane].send(attempt.plan, for: attempt.request, at: now)
            response.fields = reply.fields
            response.body = reply.body
            attempt.reply = reply
        } else if let (name, value) = upstreams[lane].announcement(of: attempt.plan, at: now) {
            response.fields.append(name, value)
        }
        upstreams[lane].finish(attempt.plan, at: now)
        let perception = Perception(attempt.plan, response)
        let isHeard = perception.outcome != nil && now + perception.duration <= calls[Int(call)].expiresAt
        attempt.repliedAt = now
        if isHeard || perception.isBroken {
            attempt.ending = perception.isBroken ? .broken : .completed
            attempt.endedAt = now + perception.duration
        } else if calls[Int(call)].expiresAt < .distantFuture {
            (attempt.ending, attempt.endedAt) = (.abandoned, calls[Int(call)].expiresAt)
        }
        observer.note(attempt)
        tell(call, perception, at: now)
    }
}

/// How much of each response a simulation makes.
public enum SimulationDetail: Hashable, Sendable {
    /// The status and the field that announces a wait: enough for backoff, and fast.
    case decisions
    /// Every field and the body, as they would go over the wire.
    case messages
}

extension WallLine {
    /// The first instant from `earliest` on at which the wall second has this fraction.
    fileprivate func next(_ phase: Duration, notBefore earliest: Instant) -> Instant {
        let time = time(at: earliest)
        var target = time.roundedDownToSecond + phase
        if target < time { target = target + .seconds(1) }
        return earliest + (target - time)
    }
}
