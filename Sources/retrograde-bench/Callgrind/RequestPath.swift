/// A way that requests take through the server, and that stands for many.
struct RequestPath: Sendable {
    /// What the kept figures call it.
    let name: String
    let what: String
    let goal: Goal
    let fixture: String
    var settings: [String] = []
    let target: String

    static let all = [
        RequestPath(
            name: "repeated", what: "the same 429 each time", goal: .atMost(1.3, .ratio), fixture: "scripted",
            target: "/"),
        RequestPath(
            name: "refused", what: "bucket refuses, fields differ", goal: .atMost(2.4, .ratio),
            fixture: "buckets", target: "/v1/models"),
        RequestPath(
            name: "admitted", what: "bucket admits, fields differ", goal: .atMost(2.4, .ratio),
            fixture: "buckets", settings: ["quota=1000000/1m"], target: "/v1/models"),
    ]

    private var request: [UInt8] { Request.get(target, fields: [Request.key(0)]) }

    func ours(_ workshop: Workshop) throws -> Double {
        try InstructionCount().perRequest(request, in: workshop, name: name) { prefix in
            try RetrogradeServer(
                workshop, program: try workshop.retrogradeForValgrind(), fixture: Workshop.fixture(fixture),
                path: target, settings: settings, under: prefix)
        }
    }

    /// Ours, and those of the floor for the same response.
    func instructions(_ workshop: Workshop) throws -> (ours: Double, floor: Double) {
        let server = try RetrogradeServer(
            workshop, fixture: Workshop.fixture(fixture), path: target, settings: settings)
        let response = try server.sample(request)
        server.process.stop()
        let floor = try InstructionCount().perRequest(request, in: workshop, name: "\(name).floor") { prefix in
            try FloorServer(workshop, answering: response, under: prefix)
        }
        return (try ours(workshop), floor)
    }
}
