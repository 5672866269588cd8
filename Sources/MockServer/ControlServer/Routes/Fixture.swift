internal import Fixtures

extension ControlRoute {
    /// The fixture that a lane serves, as it was given.
    static let fixture = ControlRoute(method: "GET", path: "/v1/lanes/{name}/fixture") {
        (request, desk) async throws(ControlError) in
        let lane = try await desk.lane(of: request)
        return ControlReply(json: JSONText(await lane.served()))
    }

    /// Gives a lane another fixture. One with errors changes nothing.
    static let replaceFixture = ControlRoute(method: "PUT", path: "/v1/lanes/{name}/fixture") {
        (request, desk) async throws(ControlError) in
        let lane = try await desk.lane(of: request)
        let order = try LaneOrder(request.body, for: .replacing)
        let (fixture, warnings) = try order.load(desk.configuration.loader)
        await lane.replaceFixture(fixture, source: order.source)
        return ControlReply(json: JSONText(await lane.served()).adding(warnings))
    }
}

extension JSONText {
    fileprivate init(_ served: ServedFixture) {
        let source = served.source
        self = [
            "name": .string(served.fixture.name),
            "text": source.map { .string(String(decoding: $0.text, as: UTF8.self)) } ?? .null,
            "parameters": .object(
                (source?.parameters ?? [:]).sorted { $0.key < $1.key }.map { Member(name: $0, value: .string($1)) }),
            // A number would lose digits in most readers.
            "seed": .string("\(served.fixture.seed)"),
        ]
    }
}
