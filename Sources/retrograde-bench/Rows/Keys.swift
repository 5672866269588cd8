/// A token bucket for each of 10,000 keys with the fields of a provider, against the floor.
enum Keys: Measurement {
    static let name = "keys"
    static let lines = [
        Line("requests/s, token bucket, 10,000 keys, OpenAI's fields, against the C floor", .atLeast(0.80, .ratio))
    ]

    static func run(_ session: Session) throws -> [Row] {
        let ours = try RetrogradeServer(session.workshop, fixture: Workshop.fixture("buckets"), path: "/v1/models")
        let floor = try FloorServer(
            session.workshop, answering: try ours.sample(Request.get("/v1/models", fields: [Request.key(0)])))
        var wrk = session.wrk
        wrk.script = try KeyScript(count: 10_000).write(to: session.workshop)
        session.say("\(wrk.settings) with a key in each request, \(session.rounds) rounds")
        return [lines[0].measured(try Comparison(ours, floor, wrk, rounds: session.rounds))]
    }
}
