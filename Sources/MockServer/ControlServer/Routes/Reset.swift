extension ControlRoute {
    /// State and journal of a lane back to the start.
    static let reset = ControlRoute(method: "POST", path: "/v1/lanes/{name}/reset") {
        (request, desk) async throws(ControlError) in
        try await desk.lane(of: request).reset()
        return .nothing
    }
}
