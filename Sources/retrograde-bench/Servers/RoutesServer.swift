internal import ArgumentParser
internal import Fixtures
internal import Glibc
internal import MockServer

/// Retrograde with so many routes, through its library: a file of 100,000 would be larger than a fixture may be.
struct RoutesServer: BenchServer {
    let name = "Retrograde"
    let process: ChildProcess
    let url: String
    let path: String

    init(_ workshop: Workshop, count: Int) throws {
        process = try ChildProcess([workshop.bench, "routes", "\(count)"], showsErrors: true)
        url = try process.line()
        path = Self.path(of: count - 1)
    }

    static func path(of route: Int) -> String { "/v1/resource-\(route)/items" }
}

/// `retrograde-bench routes`: serves until it is ended.
struct ServeRoutes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes", abstract: "Serve so many routes until it is ended.", shouldDisplay: false)

    @Argument var count: Int

    func run() async throws {
        var fixture = try Fixture(text: "routes: [{ match: GET /, reply: { status: 429, retry-after: 2s } }]")
        let model = fixture.routes[0]
        fixture.routes = (0..<count).map { number in
            var route = model
            let segments = ["v1", "resource-\(number)", "items"]
            route.match = RoutePattern(
                method: "GET", segments: segments.map { .literal($0) }, text: "GET /" + segments.joined(separator: "/"))
            return route
        }
        let server = try MockServer()
        Terminal.show(try await server.addLane(fixture).url + "\n")
        withExtendedLifetime(server) {
            while true { pause() }
        }
    }
}
