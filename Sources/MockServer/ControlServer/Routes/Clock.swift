internal import HTTPSemantics

extension ControlRoute {
    /// What moves a lane's clock, and where it stands.
    static let clock = ControlRoute(method: "GET", path: "/v1/lanes/{name}/clock") {
        (request, desk) async throws(ControlError) in
        let lane = try await desk.lane(of: request)
        return ControlReply(json: JSONText(clockOf: lane, at: lane.now()))
    }

    /// Moves a manual clock forward by `{"advance": "60s"}`; answered once all that was due on the way has happened.
    static let advanceClock = ControlRoute(method: "POST", path: "/v1/lanes/{name}/clock") {
        (request, desk) async throws(ControlError) in
        let lane = try await desk.lane(of: request)
        guard let now = await lane.advance(by: try ClockOrder(request.body).advance) else {
            throw lane.clock == .real ? .clockIsReal : .stopped
        }
        return ControlReply(json: JSONText(clockOf: lane, at: now))
    }
}

extension JSONText {
    fileprivate init(clockOf lane: Lane, at now: Instant) {
        self = [
            "clock": .string(lane.clock.rawValue), "now": .number(Double(now.nanoseconds) / 1e9),
            "time": .string(RFC3339.format(lane.wall.time(at: now))),
        ]
    }
}

/// The body of a request that moves a clock.
private struct ClockOrder {
    /// Ten years: limits have no longer windows.
    private static let longest = Duration.seconds(3660 * 86_400)

    var advance: Duration

    init(_ body: [UInt8]) throws(ControlError) {
        var found: Duration?
        var problem: ControlError?
        var scanner = JSONScanner(body)
        do throws(JSONSyntaxError) {
            guard try scanner.kind() == .object else {
                throw JSONSyntaxError(offset: scanner.position, message: "the body must be an object")
            }
            try scanner.object { (scanner, name) throws(JSONSyntaxError) in
                let name = String(decoding: name, as: UTF8.self)
                guard name == "advance", try scanner.kind() == .string else {
                    _ = try scanner.skip()
                    problem = .invalidMember(
                        name == "advance" ? Self.wanted : "\(name.prefix(64)) is not known; there is advance")
                    return
                }
                found = DurationText.parse(String(decoding: try scanner.string(), as: UTF8.self))
            }
            try scanner.end()
        } catch {
            throw .malformedJSON(error.message, at: error.offset)
        }
        if let problem { throw problem }
        guard let found, found <= Self.longest else { throw .invalidMember(Self.wanted) }
        advance = found
    }

    private static let wanted = "advance must be a duration such as \"60s\" or \"24h\", at most 3660d"
}
