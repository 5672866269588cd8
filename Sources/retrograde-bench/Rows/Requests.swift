/// Requests a second under wrk: two of Retrograde's paths, the C floor of each, and what a user would otherwise pick.
/// All servers are up at once and take turns.
enum Requests: Measurement {
    static let name = "requests"

    private enum Path: String, CaseIterable {
        case scripted = "scripted 429"
        case bucket = "token buckets of 10,000 keys"
    }

    private struct Peer: Sendable {
        let name: String
        let goal: Goal
        let start: @Sendable (Session) throws -> any BenchServer
    }

    private static let peers = [
        Peer(name: "nginx limit_req", goal: .atLeast(1.1, .ratio)) { try Nginx($0.workshop) },
        Peer(name: "go-httpbin", goal: .atLeast(1.6, .ratio)) { try GoHttpbin(program: $0.goHttpbin) },
        Peer(name: "mocklimit", goal: .atLeast(14, .ratio)) { try Mocklimit($0.workshop, python: $0.python) },
        Peer(name: "httpbin under gunicorn", goal: .none(.ratio)) { try Httpbin(python: $0.python) },
    ]

    static let lines =
        [
            Line("requests/s, \(Path.scripted.rawValue), against the C floor", .atLeast(0.90, .ratio)),
            Line("requests/s, \(Path.bucket.rawValue), against the C floor", .atLeast(0.80, .ratio)),
        ]
        + Path.allCases.flatMap { path in
            peers.map { Line("requests/s, \(path.rawValue), against \($0.name)", $0.goal) }
        }

    static func method(_ session: Session) -> String {
        """
        \(session.wrk.settings), \(session.rounds) rounds of all servers in turns; journal on; with token buckets a key a \
        request and OpenAI's fields
        """
    }

    static func run(_ session: Session) throws -> [Row] {
        let workshop = session.workshop
        let scripted = try RetrogradeServer(workshop, fixture: Workshop.fixture("scripted"))
        let bucket = try RetrogradeServer(workshop, fixture: Workshop.fixture("buckets"), path: "/v1/models")
        let refusal = try bucket.sample(Request.get(bucket.path, fields: [Request.key(0)]))
        let floors = [
            try FloorServer(workshop, answering: try scripted.sample()),
            try FloorServer(workshop, answering: refusal),
        ]
        let wrk = session.wrk
        var keyed = wrk
        keyed.script = try KeyScript(count: 10_000).write(to: workshop)
        var sides: [() throws -> Wrk.Figures] = [
            { try wrk.run(scripted) }, { try wrk.run(floors[0]) },
            { try keyed.run(bucket) }, { try keyed.run(floors[1]) },
        ]
        for peer in peers {
            let server = Result { try refusing(peer.start(session)) }
            sides.append { try wrk.run(server.get()) }
        }
        // What one of them cannot do is missing from its own lines only.
        let results = try Interleaving(rounds: session.rounds).run(sides.map { side in { Result { try side() } } })
        let figures = results.map { rounds in Result { try rounds.map { try $0.get() } } }
        let pairs: [(ours: Int, other: Int)] =
            [(0, 1), (2, 3)] + [0, 2].flatMap { ours in peers.indices.map { (ours, 4 + $0) } }
        return zip(lines, pairs).map { line, pair in
            do {
                return row(line, try figures[pair.ours].get(), try figures[pair.other].get())
            } catch {
                return line.missing("\(error)")
            }
        }
    }

    private static func refusing(_ server: any BenchServer) throws -> any BenchServer {
        let status = try server.sample().status
        guard status == 429 else { throw BenchError("\(server.name) answers \(status) instead of 429") }
        return server
    }

    private static func row(_ line: Line, _ ours: [Wrk.Figures], _ other: [Wrk.Figures]) -> Row {
        let rates = [ours, other].map { Spread($0.map(\.requestsPerSecond)) }
        let times = [ours, other].map { Spread($0.map(\.serverMicroseconds)).median }
        let both = "\(rates[0].median.text())/s and \(rates[1].median.text())/s"
        return line.measured(
            Spread(ours.map(\.requestsPerSecond), to: other.map(\.requestsPerSecond)),
            // Servers with processes of their own for the work hide their time there.
            times[1] < 1 ? both : "\(both); \(times[0].text(1)) and \(times[1].text(1)) µs of processor each")
    }
}
