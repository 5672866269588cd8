import Fixtures
import Grading
import HTTPSemantics
import Journal
import Upstream

/// Plays a scenario to a simulated client in virtual time and returns what a lane would have recorded.
struct SimulatedMachine {
    var generator: SeededGenerator
    /// Mean lateness of arrivals in seconds.
    var noise = 0.001
    /// How many of them are later by 20 to 200 ms.
    var outliers = 0.0

    /// 2026-11-24T08:00:00.250Z.
    static let wall = WallLine(origin: WallTime(secondsSinceEpoch: 1_795_507_200, nanoseconds: 250_000_000))

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// One step of a scenario.
    struct Reply {
        var status: Int
        var retryAfter: @Sendable (WallTime) -> String? = { _ in nil }
        var phase: Double?
        var breaks = false
        var held = false
        /// The response is a success, and incomplete.
        var cut = false
        /// Where it redirects to.
        var host: String?
        /// More fields of the response.
        var fields = FieldBlock()
        /// Nothing is answered.
        var hangs = false
    }

    /// All processes of one unit: one, or the workers of a round.
    mutating func run(_ kind: RunRequest.Kind, _ client: SimulatedClient, round: Int) -> [Run] {
        if kind.profile == .many {
            var crowd = SimulatedCrowd(
                kind: kind, client: client, process: round, generator: generator.split(), noise: noise)
            return [crowd.run()]
        }
        let skew = kind.scenario == "skewed-date" ? Duration.parameter(kind.parameters["skew"]) : .zero
        let seeds = (0..<kind.workers).map { _ in generator.split() }
        var lanes = (0..<kind.workers).map { worker in
            Lane(
                generator: client.seeds(worker, round).map { SeededGenerator(seed: $0) } ?? seeds[worker],
                arrival: 0.02 + lateness(), wall: WallLine(origin: Self.wall.origin + skew))
        }
        let reply = Self.script(kind)
        var step = 0
        while lanes.contains(where: { $0.isRunning }) {
            let answer = reply(step)
            let released = answer.held ? lanes.filter(\.isRunning).map(\.arrival).max() : nil
            for position in lanes.indices where lanes[position].isRunning {
                let sending = (released ?? lanes[position].arrival) + 0.0005
                lanes[position].answer(answer, at: sending, step: step, kind: kind, client: client, late: lateness())
            }
            step += 1
        }
        return lanes.map { $0.run(round: round) }
    }

    private mutating func lateness() -> Double {
        let uniform = Double.random(in: 0..<1, using: &generator)
        // Exponential by the sum of three uniforms is near enough, and needs no logarithm.
        let usual = noise * 2 * uniform * Double.random(in: 0..<1, using: &generator)
        guard outliers > 0, Double.random(in: 0..<1, using: &generator) < outliers else { return usual }
        return usual + Double.random(in: 0.02...0.2, using: &generator)
    }

    struct Lane {
        var generator: SeededGenerator
        var arrival: Double
        /// The server's civil time, which may be wrong; the client's is ``SimulatedMachine/wall``.
        var wall: WallLine
        var target = "/"
        var exchanges: [Exchange] = []
        var isRunning = true
        var end = 0.0
        var ending = Run.Ending.exited(0)
        var host = Self.origin

        static let origin = "127.0.0.1:1"

        mutating func answer(
            _ reply: Reply, at sending: Double, step: Int, kind: RunRequest.Kind, client: SimulatedClient, late: Double
        ) {
            let limit = kind.limit.inSeconds
            guard arrival <= limit else { return stop(.timeUp, at: limit) }
            let method = kind.profile == .post ? "POST" : "GET"
            var sent = Instant(seconds: sending)
            if let phase = reply.phase { sent = SimulatedMachine.next(phase, after: sent) }
            let now = wall.time(at: sent)
            let hint = reply.retryAfter(now)
            let isElsewhere = host != Self.origin
            let fields = client.fields(step + 1).filter {
                !isElsewhere || client.leaksCredentials || $0.0 != "Authorization"
            }
            var exchange = Exchange(
                id: UInt64(step + 1), arrivedAt: Instant(seconds: arrival),
                arrival: Arrival(
                    connection: 1, method: method, target: target, fields: FieldBlock([("Host", host)] + fields),
                    peer: "127.0.0.1:1"))
            exchange.body = BodySummary(
                length: method == "POST" ? 65_536 : 0, digest: method == "POST" ? client.digest(step + 1) : "")
            exchange.decision = Decision(
                source: .script(reply: step), route: "* /*", attempt: step + 1, status: reply.status)
            let sentFields = FieldBlock(
                [("Date", HTTPDate.format(now))] + (hint.map { [("Retry-After", $0)] } ?? [])
                    + reply.fields.strings.map { ($0.name, $0.value) })
            let deadline = kind.parameters["deadline"].flatMap { Double($0) }
            let begin = ((exchanges.first?.arrivedAt ?? exchange.arrivedAt) - .zero).inSeconds
            if reply.hangs {
                hang(&exchange, client, until: client.deadline.cuts ? deadline.map { begin + $0 } : nil, limit: limit)
            } else {
                exchange.repliedAt = sent
                exchange.endedAt = sent + .microseconds(200)
                if reply.breaks { exchange.abort = .fault }
                if !reply.breaks || reply.cut {
                    exchange.reply = ReplyHead(status: reply.status, fields: sentFields)
                }
            }
            exchanges.append(exchange)
            guard isRunning else { return }
            let sentSeconds = reply.hangs ? arrival + (client.timeout ?? 0) : (sent - .zero).inSeconds
            guard exchanges.count <= 1_000 else { return stop(.tooManyRequests, at: sentSeconds) }
            if reply.status / 100 == 3, !reply.breaks, !reply.hangs, client.followsRedirects {
                if let next = reply.host { host = next } else { target = "/elsewhere" }
                arrival = sentSeconds + client.redirectWait(hint.flatMap { Double($0) })
                return
            }
            let isBroken = reply.breaks || reply.hangs || reply.cut
            let fails = reply.cut ? client.noticesTruncation : isBroken || reply.status >= 400
            guard fails else { return stop(.exited(0), at: sentSeconds + 0.005) }
            let failure = SimulatedClient.Failure(
                status: isBroken ? 0 : reply.status, retryAfter: isBroken ? nil : hint,
                received: SimulatedMachine.wall.time(at: sent) + .microseconds(300), attempt: step + 1, method: method,
                fields: sentFields)
            guard let wait = client.wait(failure, &generator) else {
                return stop(.exited(client.exitCode), at: sentSeconds + 0.005)
            }
            if let deadline, client.deadline != .ignored {
                let end = begin + deadline
                switch client.deadline {
                case .failsFast where sentSeconds + wait > end:
                    return stop(.exited(client.exitCode), at: sentSeconds + 0.005)
                case .cutsOff where sentSeconds + wait > end: return stop(.exited(client.exitCode), at: end)
                case .looksBeforeWaiting where sentSeconds > end:
                    return stop(.exited(client.exitCode), at: sentSeconds + 0.005)
                default: break
                }
            }
            arrival = sentSeconds + wait + 0.0006 + late
            if arrival > limit { stop(.timeUp, at: limit) }
        }

        /// The client waits for an answer that never comes.
        private mutating func hang(
            _ exchange: inout Exchange, _ client: SimulatedClient, until end: Double?, limit: Double
        ) {
            let timeout = client.timeout.map { arrival + $0 } ?? .infinity
            exchange.abort = .client
            let left = min(timeout, end ?? .infinity, limit)
            exchange.endedAt = Instant(seconds: client.leavesOpen ? limit : left)
            if left == limit {
                stop(.timeUp, at: limit)
            } else if left == end {
                stop(.exited(client.exitCode), at: left)
            }
        }

        private mutating func stop(_ ending: Run.Ending, at seconds: Double) {
            (self.ending, end, isRunning) = (ending, seconds, false)
        }

        func run(round: Int) -> Run {
            Run(
                round: round, exchanges: exchanges, wall: wall, endedAt: Instant(seconds: end),
                ending: ending)
        }
    }

    /// The next instant at which the wall second has this fraction.
    static func next(_ phase: Double, after instant: Instant) -> Instant {
        let now = wall.time(at: instant)
        var target = WallTime(secondsSinceEpoch: now.secondsSinceEpoch, nanoseconds: Int32(phase * 1e9))
        if target < now { target = target + .seconds(1) }
        return instant + (target - now)
    }

    /// What `fixtures/suites` play, as functions of the number of the request from 0.
    static func script(_ kind: RunRequest.Kind) -> @Sendable (Int) -> Reply {
        let parameters = kind.parameters
        let status = parameters["status"].flatMap { Int($0) } ?? 503
        let failures = parameters["failures"].flatMap { Int($0) } ?? 1
        let success = Reply(status: 200)
        let hint = parameters["hint"].flatMap { $0 == "none" ? nil : String($0.dropLast()) }
        switch kind.scenario {
        case "status-once": return { $0 < 1 ? Reply(status: status, retryAfter: { _ in hint }) : success }
        case "refused-once": return { $0 < 1 ? Reply(status: 429, retryAfter: { _ in hint }) : success }
        case "status-forever": return { _ in Reply(status: status) }
        case "refused-forever": return { _ in Reply(status: 429, retryAfter: { _ in hint }) }
        case "cut-short", "last-chunk-missing":
            let breaks = kind.scenario == "cut-short"
            return { $0 < 1 ? Reply(status: 200, breaks: breaks, cut: true) : success }
        case "broken-download":
            let breaks = Int(parameters["breaks"]!)!
            let (before, after) = ("\"a\"", parameters["then"] == nil ? "\"a\"" : "\"b\"")
            return { step in
                let isBroken = step < breaks
                return Reply(
                    status: 200, breaks: isBroken, cut: isBroken,
                    fields: FieldBlock([("ETag", isBroken ? before : after)]))
            }
        case "redirected":
            return { $0 < 1 ? Reply(status: 503) : $0 < 2 ? Reply(status: 307, host: "localhost:1") : success }
        case "raw-hint":
            let value = parameters["value"]
            return { $0 < failures ? Reply(status: status, retryAfter: { _ in value }) : success }
        case "date-once":
            let wait = Int(parameters["wait"]!.dropLast())!
            let phase = Double(parameters["phase"]!.dropLast(2))! / 1000
            let form = HTTPDateForm(rawValue: parameters["form"]!)!
            return {
                guard $0 < 1 else { return success }
                return Reply(
                    status: status,
                    retryAfter: { HTTPDate.format(($0 + .seconds(wait)).roundedUpToSecond, form: form) }, phase: phase)
            }
        case "past-date":
            let wait = Duration.parameter(parameters["wait"])
            return {
                $0 < failures
                    ? Reply(status: status, retryAfter: { HTTPDate.format(($0 + wait).roundedUpToSecond) }) : success
            }
        case "herd":
            return { $0 < failures ? Reply(status: status, retryAfter: { _ in hint }, held: true) : success }
        case "hint-sequence":
            let hints = ["first", "second", "third"].map { String(parameters[$0]!.dropLast()) }
            return { step in
                step < hints.count ? Reply(status: status, retryAfter: { _ in hints[step] }) : success
            }
        case "redirected-later":
            let wait = String(parameters["wait"]!.dropLast())
            return {
                $0 < 1
                    ? Reply(status: 307, retryAfter: { _ in wait }, fields: FieldBlock([("Location", "/elsewhere")]))
                    : success
            }
        case "skewed-date":
            let wait = Duration.parameter(parameters["wait"])
            return {
                $0 < 1
                    ? Reply(status: status, retryAfter: { HTTPDate.format($0.roundedDownToSecond + wait) }) : success
            }
        case "two-hints":
            let wait = String(parameters["wait"]!.dropLast())
            return {
                $0 < 1
                    ? Reply(
                        status: status, retryAfter: { _ in wait },
                        fields: FieldBlock([("RateLimit", parameters["limit"]!)]))
                    : success
            }
        case "broken-forever": return { _ in Reply(status: 0, breaks: true) }
        case "hung": return { _ in Reply(status: 0, hangs: true) }
        case "post-broken": return { $0 < 1 ? Reply(status: 0, breaks: true) : success }
        case "post-interrupted":
            return { $0 < 1 ? Reply(status: 503) : $0 < 2 ? Reply(status: 0, breaks: true) : success }
        case "post-refused": return { $0 < failures ? Reply(status: 503) : success }
        default: return played(kind)
        }
    }

    /// What the upstream itself decides, where it does not depend on the time.
    private static func played(_ kind: RunRequest.Kind) -> @Sendable (Int) -> Reply {
        let fresh = Upstream(fixture: SimulatedCrowd.fixture(kind), wall: wall)
        return { step in
            var upstream = fresh
            let request = UpstreamRequest(method: kind.profile == .post ? "POST" : "GET", target: "/")
            var plan = upstream.decide(request, at: .zero)
            for _ in 0..<step { plan = upstream.decide(request, at: .zero) }
            let rendered = upstream.render(plan, for: request, at: .zero)
            let hint = rendered.fields["Retry-After"]
            return Reply(
                status: rendered.status, retryAfter: { _ in hint },
                breaks: plan.fault.map { $0.action != .reply } ?? false, fields: rendered.fields)
        }
    }
}

extension Instant {
    init(seconds: Double) { self.init(nanoseconds: Int64(seconds * 1e9)) }
}

extension Duration {
    /// `3s` or `-30s`, as rules write it.
    fileprivate static func parameter(_ text: String?) -> Duration {
        .seconds(Int(text?.dropLast() ?? "0") ?? 0)
    }
}
