extension ControlRoute {
    /// All lanes, in the order in which they were made.
    static let listLanes = ControlRoute(method: "GET", path: "/v1/lanes") { (_, desk) async throws(ControlError) in
        ControlReply(json: ["lanes": .array(await desk.server.lanes().map(JSONText.init))])
    }

    static let showLane = ControlRoute(method: "GET", path: "/v1/lanes/{name}") {
        (request, desk) async throws(ControlError) in
        ControlReply(json: JSONText(try await desk.lane(of: request)))
    }

    static let deleteLane = ControlRoute(method: "DELETE", path: "/v1/lanes/{name}") {
        (request, desk) async throws(ControlError) in
        await desk.server.removeLane(named: try await desk.lane(of: request).name)
        return .nothing
    }
}

extension JSONText {
    init(_ lane: Lane) {
        self = ["name": .string(lane.name), "fixture": .string(lane.fixture), "url": .string(lane.url)]
    }
}
