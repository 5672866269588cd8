/// What a request costs among 100,000 routes.
enum Routes: Measurement {
    static let name = "routes"
    static let lines = [Line("processor per request, 100,000 routes instead of 10", .atMost(10, .percent))]

    static func run(_ session: Session) throws -> [Row] {
        let workshop = session.workshop
        let few = try server(of: 10, workshop)
        let many = try server(of: 100_000, workshop)
        // The same ten paths on both, spread over the many.
        let load = { (count: Int) in
            PacedLoad(connections: 64, count: session.isShort ? 20_000 : 60_000, target: path(of: count - 1))
        }
        session.say("\(load(10).count) requests to the last of 10 and of 100,000 routes, \(session.rounds) rounds")
        let costs = try Interleaving(rounds: session.rounds).run([
            { try ProcessorCost.perRequest(many, load(100_000), workshop) },
            { try ProcessorCost.perRequest(few, load(10), workshop) },
        ])
        return [
            lines[0].measured(
                (Summary.ratio(costs[0], to: costs[1]) - 1) * 100,
                "\(Summary.median(costs[0]).text(1)) and \(Summary.median(costs[1]).text(1)) µs")
        ]
    }

    private static func path(of route: Int) -> String { "/v1/resource-\(route)/items" }

    private static func server(of count: Int, _ workshop: Workshop) throws -> RetrogradeServer {
        let file = workshop.file("routes-\(count).yaml")
        var text = "name: bench, \(count) routes\nroutes:\n"
        for route in 0..<count {
            text += "  - { match: \"GET \(path(of: route))\", reply: { status: 429, retry-after: 2s } }\n"
        }
        try TextFile.write(text, to: file)
        return try RetrogradeServer(workshop, fixture: file)
    }
}
