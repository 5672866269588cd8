import Fixtures
import Grading
import HTTPSemantics
import Journal
import TestSupport
import Upstream

/// Plays a run of many calls from one process in virtual time. The upstream decides as in reality; only the network,
/// the client and the clock are simulated.
struct SimulatedCrowd {
    var kind: RunRequest.Kind
    var client: SimulatedClient
    var process: Int
    var generator: SeededGenerator
    /// Mean lateness of arrivals in seconds.
    var noise: Double

    private var upstream: Upstream
    private var restraint: (any SharedRestraint)?
    private var queue: [Event] = []
    private var sequence = 0
    private var exchanges: [Exchange] = []
    private var plans: [UInt64: (plan: ReplyPlan, request: UpstreamRequest)] = [:]
    private var nextCall = 0
    private var connections: UInt64 = 0
    private var failures = 0

    /// What a worker of the process is about.
    private struct Errand {
        var call: Int
        var attempt = 1
        /// `nil`: a new connection is opened.
        var connection: UInt64?
    }

    private struct Event {
        var time: Double
        var order: Int
        var action: Action

        func isBefore(_ other: Event) -> Bool { (time, order) < (other.time, other.order) }
    }

    private enum Action {
        /// A worker is free.
        case idle(connection: UInt64?)
        case send(Errand)
        case arrive(Errand)
        case reply(Errand, exchange: UInt64)
    }

    init(kind: RunRequest.Kind, client: SimulatedClient, process: Int, generator: SeededGenerator, noise: Double) {
        self.kind = kind
        self.client = client
        self.process = process
        self.generator = generator
        self.noise = noise
        upstream = Upstream(fixture: Self.fixture(kind), wall: SimulatedMachine.wall)
        restraint = client.restraint()
    }

    static func fixture(_ kind: RunRequest.Kind) -> Fixture {
        do {
            return try Fixture.shipped("fixtures/suites/\(kind.scenario).yaml", parameters: kind.scenarioParameters)
        } catch { fatalError("\(kind.scenario): \(error)") }
    }

    mutating func run() -> Run {
        let limit = kind.limit.inSeconds
        let requests = Int(kind.parameters["requests"]!)!
        for _ in 0..<Int(kind.parameters["concurrency"]!)! { post(.idle(connection: nil), at: 0.02) }
        var now = 0.0
        var ending: Run.Ending?
        while let position = queue.indices.min(by: { queue[$0].isBefore(queue[$1]) }) {
            let event = queue.remove(at: position)
            guard event.time <= limit else {
                (ending, now) = (.timeUp, limit)
                break
            }
            now = event.time
            perform(event.action, at: now, requests: requests)
            guard exchanges.count <= 1_000 else {
                ending = .tooManyRequests
                break
            }
        }
        return Run(
            round: process, exchanges: exchanges, wall: SimulatedMachine.wall, endedAt: Instant(seconds: now + 0.005),
            ending: ending ?? .exited(failures == 0 ? 0 : client.exitCode),
            unconsumed: upstream.accounting.reduce(0) { $0 + max(0, $1.scripted - $1.consumed) })
    }

    private mutating func post(_ action: Action, at time: Double) {
        queue.append(Event(time: time, order: sequence, action: action))
        sequence += 1
    }

    private mutating func lateness() -> Double {
        noise * 2 * Double.random(in: 0..<1, using: &generator) * Double.random(in: 0..<1, using: &generator)
    }

    private mutating func perform(_ action: Action, at now: Double, requests: Int) {
        switch action {
        case .idle(let connection):
            guard nextCall < requests else { return }
            if client.paces, let rate = kind.parameters["rate"].flatMap(Double.init) {
                let due = 0.02 + Double(nextCall) / rate
                guard now >= due else { return post(action, at: due) }
            }
            post(.send(Errand(call: nextCall, connection: connection)), at: now)
            nextCall += 1
        case .send(var task):
            switch restraint?.permission(attempt: task.attempt, at: now, &generator) ?? .granted {
            case .granted: break
            case .later(let time): return post(action, at: max(time, now))
            case .refused: return end(task, failed: true, at: now)
            }
            if task.connection == nil {
                connections += 1
                task.connection = connections
            }
            post(.arrive(task), at: now + 0.0006 + lateness())
        case .arrive(let task): arrive(task, at: now)
        case .reply(let task, let exchange): reply(task, exchange, at: now)
        }
    }

    private mutating func arrive(_ task: Errand, at now: Double) {
        let instant = Instant(seconds: now)
        let method = kind.parameters["method"] ?? "GET"
        let fields = FieldBlock(client.fields(task.attempt) + client.callFields(process, task.call, task.attempt))
        let request = UpstreamRequest(
            exchange: UInt64(exchanges.count + 1), method: method, target: "/\(task.call)", fields: fields)
        var exchange = Exchange(
            id: request.exchange, arrivedAt: instant,
            arrival: Arrival(
                connection: task.connection ?? 0, method: method, target: "/\(task.call)", fields: fields,
                peer: "127.0.0.1:1"))
        exchange.body = BodySummary(
            length: method == "POST" ? 65_536 : 0, digest: method == "POST" ? client.digest(task.attempt) : "")
        let plan = upstream.answer(request, at: instant) { event in
            if case .decided(let decision) = event { exchange.decision = decision }
        }
        exchange.decidedAt = instant
        exchanges.append(exchange)
        plans[request.exchange] = (plan, request)
        // A stalled exchange is never answered.
        if plan.fault?.action == .stall { return }
        post(.reply(task, exchange: request.exchange), at: now + plan.delay.inSeconds + 0.0003)
    }

    private mutating func reply(_ task: Errand, _ id: UInt64, at now: Double) {
        guard let (plan, request) = plans.removeValue(forKey: id) else { return }
        let instant = Instant(seconds: now)
        let rendered = upstream.send(plan, for: request, at: instant)
        upstream.finish(plan, at: instant)
        let position = Int(id) - 1
        exchanges[position].repliedAt = instant
        exchanges[position].endedAt = instant + .microseconds(200)
        let breaks = plan.fault != nil
        if breaks {
            exchanges[position].abort = .fault
        } else {
            exchanges[position].reply = ReplyHead(status: rendered.status, fields: rendered.fields)
        }
        let received = now + 0.0004
        let response = SimulatedClient.Failure(
            status: breaks ? 0 : rendered.status, retryAfter: rendered.fields["Retry-After"],
            received: SimulatedMachine.wall.time(at: Instant(seconds: received)), attempt: task.attempt,
            method: request.method, fields: rendered.fields)
        restraint?.note(response, at: received)
        var task = task
        if breaks || rendered.fields["Connection"] == "close" { task.connection = nil }
        guard breaks || rendered.status >= 400 else { return end(task, failed: false, at: received) }
        guard let wait = client.wait(response, &generator) else { return end(task, failed: true, at: received) }
        task.attempt += 1
        post(.send(task), at: received + wait)
    }

    private mutating func end(_ task: Errand, failed: Bool, at now: Double) {
        if failed { failures += 1 }
        post(.idle(connection: task.connection), at: now)
    }
}
