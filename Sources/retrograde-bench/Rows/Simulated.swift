/// A million simulated clients and an outage of five minutes.
enum Simulated: Measurement {
    static let name = "simulate"
    static let lines = [
        Line("simulate, 1,000,000 clients, outage of five minutes", .atMost(15, .seconds)),
        Line("simulate, 1,000,000 clients: memory", .atMost(2, .gigabytes)),
    ]

    static func method(_ session: Session) -> String {
        "retrograde " + arguments(session).joined(separator: " ")
    }

    static func run(_ session: Session) throws -> [Row] {
        let clients = clients(session)
        let child = try ChildProcess([session.workshop.retrograde] + arguments(session), showsErrors: true)
        let started = Clock.now()
        _ = child.text()
        let status = child.wait()
        guard status == 0 else { throw BenchError("retrograde simulate ended with \(status)") }
        let seconds = Double(Clock.now() - started) / 1e9
        guard clients == 1_000_000 else { throw BenchError("\(clients.grouped) clients took \(seconds.text(1)) s") }
        return [
            lines[0].measured(seconds, "full jitter; \(child.usage.processor.text(1)) s of processor"),
            lines[1].measured(Double(child.usage.memory) / 1e9, "at the most"),
        ]
    }

    private static func clients(_ session: Session) -> Int { session.isShort ? 100_000 : 1_000_000 }

    private static func arguments(_ session: Session) -> [String] {
        ["simulate", "free", "--clients", "\(clients(session))", "--outage", "60s+5m", "--policy", "full"]
    }
}
