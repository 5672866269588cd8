/// What a request costs among 100,000 routes.
enum Routes: Measurement {
    static let name = "routes"
    static let lines = [Line("processor per request, 100,000 routes instead of 10", .atMost(10, .percent))]

    static func method(_ session: Session) -> String {
        "\(count(session).grouped) requests to the last route, 64 connections, \(session.rounds) rounds in turns"
    }

    static func run(_ session: Session) throws -> [Row] {
        let workshop = session.workshop
        let few = try RoutesServer(workshop, count: 10)
        let many = try RoutesServer(workshop, count: 100_000)
        let load = { (server: RoutesServer) in
            PacedLoad(connections: 64, count: count(session), target: server.path)
        }
        let costs = try Interleaving(rounds: session.rounds).run([
            { try ProcessorCost.perRequest(many, load(many), workshop) },
            { try ProcessorCost.perRequest(few, load(few), workshop) },
        ])
        return [
            lines[0].measured(
                Spread(costs[0], to: costs[1]).percentMore,
                "\(Spread(costs[0]).median.text(1)) and \(Spread(costs[1]).median.text(1)) µs")
        ]
    }

    private static func count(_ session: Session) -> Int { session.isShort ? 10_000 : 30_000 }
}
