/// From exec to the first answer.
enum Start: Measurement {
    static let name = "start"
    static let lines = [
        Line("start: exec to first answer", .atMost(12, .milliseconds)),
        Line("start, against a C floor linked to the same libraries", .atMost(2, .ratio)),
    ]

    static func run(_ session: Session) throws -> [Row] {
        let times = try times(session.workshop, rounds: session.isShort ? 9 : 25)
        session.say("\(times.ours.count) starts of each")
        let (ours, floor) = (Summary.median(times.ours), Summary.median(times.floor))
        let runtime = try isStatic(session.workshop) ? "static Swift runtime" : "dynamic Swift runtime: build static"
        return [
            lines[0].measured(ours, runtime),
            lines[1].measured(
                Summary.ratio(times.ours, to: times.floor), "\(ours.text(1)) and \(floor.text(1)) ms; \(runtime)"),
        ]
    }

    /// In milliseconds, in turns.
    static func times(_ workshop: Workshop, rounds: Int) throws -> (ours: [Double], floor: [Double]) {
        let fixture = Workshop.fixture("scripted")
        let sample = try RetrogradeServer(workshop, fixture: fixture).sample()
        let figures = try Interleaving(rounds: rounds).run([
            { try time { try RetrogradeServer(workshop, fixture: fixture) } },
            { try time { try FloorServer(workshop, answering: sample) } },
        ])
        return (figures[0], figures[1])
    }

    private static func time(_ start: () throws -> any BenchServer) throws -> Double {
        let begun = Clock.now()
        let server = try start()
        _ = try Socket(port: server.port).exchange(Request.get(server.path))
        let ended = Clock.now()
        server.process.stop()
        return Double(ended - begun) / 1e6
    }

    private static func isStatic(_ workshop: Workshop) throws -> Bool {
        !(try ChildProcess.run(["ldd", workshop.retrograde]).contains("libswiftCore"))
    }
}
