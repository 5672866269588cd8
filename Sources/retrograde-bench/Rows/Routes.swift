/// What a request costs among 100,000 routes.
enum Routes: Measurement {
    static let name = "routes"
    static let lines = [Line("processor per request, 100,000 routes instead of 10", .atMost(10, .percent))]

    static func run(_ session: Session) throws -> [Row] {
        let workshop = session.workshop
        let few = try RoutesServer(workshop, count: 10)
        let many = try RoutesServer(workshop, count: 100_000)
        let load = { (server: RoutesServer) in
            PacedLoad(connections: 64, count: session.isShort ? 20_000 : 60_000, target: server.path)
        }
        session.say(
            "\(load(few).count.grouped) requests to the last of 10 and of 100,000 routes, \(session.rounds) rounds")
        let costs = try Interleaving(rounds: session.rounds).run([
            { try ProcessorCost.perRequest(many, load(many), workshop) },
            { try ProcessorCost.perRequest(few, load(few), workshop) },
        ])
        return [
            lines[0].measured(
                (Summary.ratio(costs[0], to: costs[1]) - 1) * 100,
                "\(Summary.median(costs[0]).text(1)) and \(Summary.median(costs[1]).text(1)) µs")
        ]
    }
}
