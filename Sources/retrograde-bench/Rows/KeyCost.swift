/// What a request costs among a million keys, and what an idle key keeps.
enum KeyCost: Measurement {
    static let name = "key-cost"
    static let lines = [
        Line("processor per request, 1,000,000 keys instead of 1", .atMost(25, .percent)),
        Line("memory of an idle key", .atMost(200, .bytes)),
    ]

    static func method(_ session: Session) -> String {
        "a request for each key, then \(count(session).grouped) a round, 64 connections, \(session.rounds) rounds in turns"
    }

    static func run(_ session: Session) throws -> [Row] {
        let workshop = session.workshop
        let keys = session.isShort ? 100_000 : 1_000_000
        let fixture = Workshop.fixture("buckets")
        let one = try RetrogradeServer(workshop, fixture: fixture, path: "/v1/models", settings: settings)
        let many = try RetrogradeServer(workshop, fixture: fixture, path: "/v1/models", settings: settings)
        let memory = try memoryPerKey(many, keys: keys, workshop)
        _ = try load(count: 1000, keys: 1).run(workshop, port: one.port)
        let count = count(session)
        let costs = try Interleaving(rounds: session.rounds).run([
            { try ProcessorCost.perRequest(many, load(count: count, keys: keys), workshop) },
            { try ProcessorCost.perRequest(one, load(count: count, keys: 1), workshop) },
        ])
        let told = keys == 1_000_000 ? "" : "; only \(keys.grouped) keys"
        return [
            lines[0].measured(
                Spread(costs[0], to: costs[1]).percentMore,
                "\(Spread(costs[0]).median.text(1)) and \(Spread(costs[1]).median.text(1)) µs\(told)"),
            lines[1].measured(memory, "\(keys.grouped) keys"),
        ]
    }

    private static func count(_ session: Session) -> Int { session.isShort ? 10_000 : 30_000 }

    /// A window that no key comes out of while it is measured.
    static let settings = ["quota=2/1d"]

    /// In bytes.
    static func memoryPerKey(_ server: RetrogradeServer, keys: Int, _ workshop: Workshop) throws -> Double {
        // A full journal grows no more. It keeps a million entries, four or so of an exchange.
        _ = try load(count: 350_000, keys: 1).run(workshop, port: server.port)
        let before = try ProcessFigures.memory(of: server.process.pid)
        _ = try load(count: keys, keys: keys).run(workshop, port: server.port)
        return Double(try ProcessFigures.memory(of: server.process.pid) - before) / Double(keys)
    }

    private static func load(count: Int, keys: Int) -> PacedLoad {
        PacedLoad(
            connections: 64, count: count, target: "/v1/models", fields: ["Authorization: Bearer key-{key}"],
            keys: keys)
    }
}
