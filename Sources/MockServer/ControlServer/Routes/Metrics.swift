internal import HTTPSemantics

extension ControlRoute {
    /// Figures of the server and its lanes, in Prometheus' text format.
    static let metrics = ControlRoute(method: "GET", path: "/metrics") { (_, desk) async throws(ControlError) in
        let lanes = await desk.server.figures()
        let uptime = Duration.nanoseconds(MonotonicClock.now() - desk.startedAt)
        return ControlReply(
            contentType: "text/plain; version=0.0.4; charset=utf-8",
            body: Array(PrometheusText.page(lanes, uptime: uptime).utf8))
    }
}
