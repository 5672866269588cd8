internal import Upstream

extension ControlRoute {
    /// All lanes, in the order in which they were made.
    static let listLanes = ControlRoute(method: "GET", path: "/v1/lanes") { (_, desk) async throws(ControlError) in
        ControlReply(json: ["lanes": .array(await desk.server.lanes().map(JSONText.init))])
    }

    static let showLane = ControlRoute(method: "GET", path: "/v1/lanes/{name}") {
        (request, desk) async throws(ControlError) in
        let lane = try await desk.lane(of: request)
        guard case .object(let members) = JSONText(lane) else { return ControlReply(json: JSONText(lane)) }
        let state = [
            JSONText.Member(name: "clock", value: .string(lane.clock.rawValue)),
            JSONText.Member(name: "scripts", value: .array(await lane.accounting().map(JSONText.init))),
            JSONText.Member(name: "effects", value: .array(await lane.effects().map(JSONText.init))),
        ]
        return ControlReply(json: .object(members + state))
    }

    static let deleteLane = ControlRoute(method: "DELETE", path: "/v1/lanes/{name}") {
        (request, desk) async throws(ControlError) in
        await desk.server.removeLane(named: try await desk.lane(of: request).name)
        return .nothing
    }
}

extension JSONText {
    init(_ lane: Lane) {
        let members: [JSONText.Member] = [
            .init(name: "name", value: .string(lane.name)), .init(name: "fixture", value: .string(lane.fixture)),
            .init(name: "url", value: .string(lane.url)),
        ]
        guard lane.isEncrypted else {
            self = .object(members)
            return
        }
        // Whoever made the lane needs the authority to trust it.
        self = .object(
            members + [
                .init(name: "tls", value: .bool(true)),
                .init(name: "ca", value: lane.authority.map { .string($0) } ?? .null),
            ])
    }

    /// How much of a route's script was consumed.
    fileprivate init(_ account: ScriptAccount) {
        self = [
            "route": .string(account.route), "scripted": .integer(Int64(account.scripted)),
            "consumed": .integer(Int64(account.consumed)),
        ]
    }

    fileprivate init(_ effects: RouteEffects) {
        self = ["route": .string(effects.route), "effects": .integer(Int64(effects.effects))]
    }
}
