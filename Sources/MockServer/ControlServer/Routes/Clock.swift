internal import HTTPSemantics

extension ControlRoute {
    /// What moves a lane's clock, and where it stands.
    static let clock = ControlRoute(method: "GET", path: "/v1/lanes/{name}/clock") {
        (request, desk) async throws(ControlError) in
        let lane = try await desk.lane(of: request)
        return ControlReply(json: JSONText(clockOf: lane, at: lane.now()))
    }

    /// Moves a manual clock forward by `{"advance": "60s"}`; answered once all that was due on the way has happened.
    /// `{"step": "-5m"}` sets the civil clock of any lane, and no time passes.
    static let advanceClock = ControlRoute(method: "POST", path: "/v1/lanes/{name}/clock") {
        (request, desk) async throws(ControlError) in
        let lane = try await desk.lane(of: request)
        switch try ClockOrder(request.body) {
        case .advance(let duration):
            guard let now = await lane.advance(by: duration) else {
                throw lane.clock == .real ? .clockIsReal : .stopped
            }
            return ControlReply(json: JSONText(clockOf: lane, at: now))
        case .step(let duration):
            guard let now = await lane.stepClock(by: duration) else { throw .stopped }
            return ControlReply(json: JSONText(clockOf: lane, at: now))
        }
    }
}

extension JSONText {
    fileprivate init(clockOf lane: Lane, at now: Instant) {
        self = [
            "clock": .string(lane.clock.rawValue), "now": .number(Double(now.nanoseconds) / 1e9),
            "time": .string(RFC3339.format(lane.wallNow.time(at: now))),
        ]
    }
}

/// The body of a request that moves a clock or sets it.
private enum ClockOrder {
    case advance(Duration)
    case step(Duration)

    /// Ten years: limits have no longer windows.
    private static let longest = Duration.seconds(3660 * 86_400)

    init(_ body: [UInt8]) throws(ControlError) {
        var orders: [Self] = []
        var problem: ControlError?
        var scanner = JSONScanner(body)
        do throws(JSONSyntaxError) {
            guard try scanner.kind() == .object else {
                throw JSONSyntaxError(offset: scanner.position, message: "the body must be an object")
            }
            try scanner.object { (scanner, name) throws(JSONSyntaxError) in
                let name = String(decoding: name, as: UTF8.self)
                let text = try scanner.kind() == .string ? try scanner.string() : nil
                if text == nil { _ = try scanner.skip() }
                let duration = text.flatMap {
                    DurationText.parse(String(decoding: $0, as: UTF8.self), negative: name == "step")
                }
                let length = duration.map { $0 < .zero ? .zero - $0 : $0 }
                switch (name, duration, length.map { $0 <= Self.longest } ?? false) {
                case ("advance", let duration?, true): orders.append(.advance(duration))
                case ("step", let duration?, true): orders.append(.step(duration))
                case ("advance", _, _): problem = .invalidMember(Self.advanceWanted)
                case ("step", _, _): problem = .invalidMember(Self.stepWanted)
                default: problem = .invalidMember("\(name.prefix(64)) is not known; there are advance and step")
                }
            }
            try scanner.end()
        } catch {
            throw .malformedJSON(error.message, at: error.offset)
        }
        if let problem { throw problem }
        guard orders.count == 1 else { throw .invalidMember("give either advance or step, and once") }
        self = orders[0]
    }

    private static let advanceWanted = "advance must be a duration such as \"60s\" or \"24h\", at most 3660d"
    private static let stepWanted = "step must be a duration such as \"30s\" or \"-5m\", at most 3660d"
}
