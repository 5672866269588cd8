/// What a user would otherwise pick, refusing with 429 under the same load.
enum Others: Measurement {
    static let name = "others"
    static let lines = [
        Line("requests/s, scripted 429, against nginx limit_req", .atLeast(1.1, .ratio), against: "nginx limit_req"),
        Line("requests/s, scripted 429, against go-httpbin", .atLeast(1.6, .ratio), against: "go-httpbin"),
        Line("requests/s, scripted 429, against mocklimit", .atLeast(14, .ratio), against: "mocklimit"),
        Line("requests/s, scripted 429, against httpbin under gunicorn", .none(.ratio), against: "httpbin, gunicorn"),
    ]

    static func run(_ session: Session) throws -> [Row] {
        let ours = try RetrogradeServer(session.workshop, fixture: Workshop.fixture("scripted"))
        let python = session.python
        let starts: [() throws -> any BenchServer] = [
            { try Nginx(session.workshop) },
            { try GoHttpbin(program: session.goHttpbin) },
            { try Mocklimit(session.workshop, python: python) },
            { try Httpbin(python: python) },
        ]
        return zip(lines, starts).map { line, start in
            do {
                let other = try start()
                let status = try other.sample().status
                guard status == 429 else { throw BenchError("\(other.name) answers \(status) instead of 429") }
                session.say("\(session.wrk.settings), \(session.rounds) rounds beside \(other.name)")
                return line.measured(try Comparison(ours, other, session.wrk, rounds: session.rounds))
            } catch {
                return line.missing("\(error)")
            }
        }
    }
}
