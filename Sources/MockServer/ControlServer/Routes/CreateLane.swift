internal import Fixtures
internal import HTTPSemantics

extension ControlRoute {
    /// Makes a lane from a fixture: its text (YAML or JSON) as a string, or as an object.
    static let createLane = ControlRoute(method: "POST", path: "/v1/lanes") {
        (request, desk) async throws(ControlError) in
        let order = try LaneOrder(request.body, for: .making)
        let (fixture, warnings) = try order.load(desk.configuration.loader)
        do throws(ServerError) {
            let lane = try await desk.server.addLane(
                fixture, name: order.name, clock: order.clock, tls: order.tls, source: order.source,
                idleLimit: order.idleLimit)
            return ControlReply(status: 201, json: JSONText(lane).adding(warnings))
        } catch {
            throw ControlError(error)
        }
    }
}
