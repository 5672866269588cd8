extension ControlRoute {
    /// Asks the program to end; it drains first.
    static let shutdown = ControlRoute(method: "POST", path: "/v1/shutdown") { (_, desk) async throws(ControlError) in
        var reply = ControlReply(status: 202, json: ["status": "stopping"])
        reply.afterwards = desk.configuration.onShutdown
        return reply
    }
}
