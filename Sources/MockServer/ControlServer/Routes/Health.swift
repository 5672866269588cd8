internal import HTTPSemantics

extension ControlRoute {
    /// Whether the server serves. Open to everybody, because it is asked by those who know no token.
    static let health = ControlRoute(method: "GET", path: "/v1/health", isOpen: true) {
        (_, desk) async throws(ControlError) in
        let uptime = Duration.nanoseconds(MonotonicClock.now() - desk.startedAt)
        return ControlReply(json: ["status": "ok", "uptime": .number(uptime.inSeconds)])
    }
}
