import Backoff
import Fixtures
import Grading
import HTTPSemantics
import Journal
import MockServer
import Mutants
import Simulation
import TestSupport
import Upstream

/// Makes runs in virtual time: the suite's own fixtures, decided by the upstream's own engine, against a client.
///
/// GradingTests has a simulation of its own, in which clients are functions and scenarios are written a second time:
/// there, evidence is made by hand, and nothing that is judged shares code with what made it. Here both sides are
/// the product's.
struct VirtualMachine {
    var behaviour: Behaviour
    var generator: SeededGenerator
    /// How many units were run: each begins a little later in civil time.
    private var units = 0
    private var fixtures: [RunRequest.Kind: Fixture] = [:]

    static let network = Network(delay: .microseconds(300), scatter: .microseconds(700))
    static let requestLimit = 1_000
    /// 2026-11-24T08:00:00.250Z.
    static let origin = WallTime(secondsSinceEpoch: 1_795_507_200, nanoseconds: 250_000_000)
    /// What `{body}` holds.
    static let body = bytes(seed: 1)
    /// What it holds where a rule asks for another.
    static let otherBody = bytes(seed: 2)
    /// What it holds where a rule asks for a large one: enough to be cut off.
    static let largeBody = (0..<16).flatMap { _ in body }

    private static func bytes(seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<8_192).flatMap { _ in
            let word = generator.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
    }

    init(_ behaviour: Behaviour, seed: UInt64) {
        self.behaviour = behaviour
        generator = SeededGenerator(seed: seed)
    }

    /// One process, or the workers of a round.
    mutating func perform(_ kind: RunRequest.Kind, round: Int) throws -> [Run] {
        // As far from each other as timed runs are, and never at the same fraction of a second.
        let started = Self.origin + .milliseconds(137) * units
        units += 1
        var fixture = try fixture(of: kind)
        fixture.seed = generator.next()
        let wall = WallLine(origin: started)
        let upstreams = (0..<kind.workers).map { _ in
            Upstream(fixture: fixture, wall: WallLine(origin: started + fixture.clockSkew))
        }
        let rate = kind.parameters["rate"].flatMap { Double($0) }
        let load = Load(
            workers: kind.workers, calls: kind.parameters["requests"].flatMap { Int($0) } ?? 1,
            concurrency: kind.parameters["concurrency"].flatMap { Int($0) } ?? 1,
            spacing: rate.map { .nanoseconds(Int64(1e9 / $0)) }, spread: .milliseconds(20))
        var record = Record(upstreams[0], lanes: kind.workers, limit: kind.limit)
        let seed = generator.next()
        switch kind.client {
        case .underTest:
            var simulation = Simulation(
                upstreams: upstreams, load: load, network: Self.network, detail: .messages, wall: wall, seed: seed
            ) { _ in ModelClient(behaviour, errand(of: kind), started: started) }
            simulation.run(until: .zero + kind.limit, observer: &record)
            record.accounting = simulation.upstreams.map(\.accounting)
        case .constantDelay(let delay):
            var policy = BackoffPolicy()
            (policy.base, policy.cap, policy.floor, policy.factor) = (delay, delay, .zero, 1)
            (policy.jitter, policy.attempts) = (.none, 1_000)
            var simulation = Simulation(
                upstreams: upstreams, load: load, network: Self.network, detail: .messages, wall: wall, seed: seed
            ) { _ in BackoffCaller(policy: policy) }
            simulation.run(until: .zero + kind.limit, observer: &record)
            record.accounting = simulation.upstreams.map(\.accounting)
        }
        return (0..<kind.workers).map { record.run($0, of: kind, round: round, wall: upstreams[$0].wall) }
    }

    private mutating func fixture(of kind: RunRequest.Kind) throws -> Fixture {
        if let known = fixtures[kind] { return known }
        var parameters = kind.scenarioParameters
        if kind.profile == .workers {
            parameters["group"] = "round"
            parameters["workers"] = "\(kind.workers)"
        }
        if kind.scenario == "broken-download" {
            // A megabyte shows nothing that four kilobytes do not, and takes long to make.
            parameters["then"] = parameters["then"] == nil ? "4 KiB" : "4000 B"
            parameters.merge(["size": "4 KiB", "part": "1024 B"]) { $1 }
        }
        let fixture = try Fixture.shipped("fixtures/suites/\(kind.scenario).yaml", parameters: parameters)
        fixtures[kind] = fixture
        return fixture
    }

    private func errand(of kind: RunRequest.Kind) -> ModelClient.Errand {
        let method = kind.parameters["method"] ?? (kind.profile == .post ? "POST" : "GET")
        let body =
            switch kind.parameters["body"] {
            case "other": Self.otherBody
            case "large": Self.largeBody
            default: Self.body
            }
        return ModelClient.Errand(
            method: method, body: method == "GET" ? [] : body, isMany: kind.profile == .many,
            deadline: kind.parameters["deadline"].flatMap { Double($0) }.map { .nanoseconds(Int64($0 * 1e9)) })
    }
}

/// What a simulation told, as the evidence that lanes and processes would have left.
private struct Record: SimulationObserver {
    var exchanges: [[Exchange]]
    var calls: [[SimulatedCall]]
    var accounting: [[ScriptAccount]] = []
    let limit: Duration
    private let digest = BodyDigest()
    /// Any of them: it only words what they decided.
    private let upstream: Upstream

    init(_ upstream: Upstream, lanes: Int, limit: Duration) {
        self.upstream = upstream
        exchanges = Array(repeating: [], count: lanes)
        calls = Array(repeating: [], count: lanes)
        self.limit = limit
    }

    var hasSeenEnough: Bool { exchanges.contains { $0.count > VirtualMachine.requestLimit } }

    mutating func note(_ call: SimulatedCall) { calls[call.worker].append(call) }

    mutating func note(_ attempt: SimulatedAttempt) {
        let request = attempt.request
        var fields = request.fields
        fields.append("Host", "127.0.0.1")
        if request.method != "GET" { fields.append("Content-Length", "\(request.body.count)") }
        var exchange = Exchange(
            id: UInt64(exchanges[attempt.lane].count + 1), arrivedAt: attempt.arrivedAt,
            arrival: Arrival(
                connection: UInt64(attempt.connection), method: request.method,
                target: String(decoding: request.target, as: UTF8.self), fields: fields,
                peer: "127.0.0.1:1"))
        exchange.body = summary(of: request.body, attempt.plan.fault)
        exchange.decision = upstream.decision(attempt.plan)
        exchange.decidedAt = attempt.arrivedAt
        exchange.repliedAt = attempt.repliedAt
        exchange.endedAt = attempt.endedAt
        if let reply = attempt.reply, attempt.repliedAt != nil, reply.status != 0 {
            exchange.reply = ReplyHead(status: reply.status, fields: reply.fields)
        }
        switch attempt.ending {
        case .completed, .open: break
        case .broken: exchange.abort = .fault
        case .abandoned: exchange.abort = .client
        }
        exchanges[attempt.lane].append(exchange)
    }

    private func summary(of body: [UInt8], _ fault: Fault?) -> BodySummary {
        switch fault?.point {
        case .requestHeaders: BodySummary(length: 0, digest: "", complete: false)
        case .requestBytes(let count) where count < body.count:
            BodySummary(length: count, digest: digest(of: Array(body.prefix(count))), complete: false)
        default: BodySummary(length: body.count, digest: body.isEmpty ? "" : digest(of: body))
        }
    }

    private func digest(of bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { digest.update($0) }
        return digest.hexadecimal()
    }

    func run(_ lane: Int, of kind: RunRequest.Kind, round: Int, wall: WallLine) -> Run {
        let ended = calls[lane]
        let expected = kind.parameters["requests"].flatMap { Int($0) } ?? 1
        let isComplete = ended.count >= expected
        let ending: Run.Ending =
            if exchanges[lane].count > VirtualMachine.requestLimit {
                .tooManyRequests
            } else if !isComplete {
                .timeUp
            } else if ended.contains(where: { $0.ending == .crashed }) {
                .exited(ExitCode.crashed)
            } else {
                .exited(ended.contains { $0.ending == .failed } ? ExitCode.failed : 0)
            }
        let end = ended.map(\.ended).max() ?? .zero
        let output = ended.sorted { $0.number < $1.number }.flatMap(\.output)
        return Run(
            round: round, exchanges: exchanges[lane].sorted { ($0.arrivedAt, $0.id) < ($1.arrivedAt, $1.id) },
            wall: wall, endedAt: isComplete ? end + .milliseconds(2) : .zero + limit, ending: ending,
            output: Run.Output(length: output.count, digest: digest(of: output)),
            unconsumed: accounting[lane].reduce(0) { $0 + max(0, $1.scripted - $1.consumed) })
    }
}
