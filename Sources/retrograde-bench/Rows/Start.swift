/// From exec to the first answer.
enum Start: Measurement {
    static let name = "start"
    static let lines = [
        Line("start: exec to first answer", .atMost(12, .milliseconds)),
        Line("start, against a C floor linked to the same libraries", .atMost(2, .ratio)),
    ]

    static func method(_ session: Session) -> String {
        "\(rounds(session)) starts of each in turns, with a request after the ready line"
    }

    static func run(_ session: Session) throws -> [Row] {
        let starts = try starts(session.workshop, rounds: rounds(session))
        let (ours, floor) = (starts.ours.map(\.elapsed), starts.floor.map(\.elapsed))
        let runtime = try isStatic(session.workshop) ? "static Swift runtime" : "dynamic Swift runtime: build static"
        let used = [starts.ours, starts.floor].map { Spread($0.map(\.processor)).median.text(1) }
        return [
            lines[0].measured(Spread(ours), runtime),
            lines[1].measured(
                Spread(ours, to: floor),
                """
                \(Spread(ours).median.text(1)) and \(Spread(floor).median.text(1)) ms, on a processor \(used[0]) and \
                \(used[1]) ms; \(runtime)
                """),
        ]
    }

    private static func rounds(_ session: Session) -> Int { session.isShort ? 9 : 25 }

    /// From exec to the first answer, in milliseconds.
    struct Cost {
        var elapsed: Double
        /// Of that, how long it was on a processor; more than elapsed if several of its threads were.
        var processor: Double
    }

    /// In turns.
    static func starts(_ workshop: Workshop, rounds: Int) throws -> (ours: [Cost], floor: [Cost]) {
        let fixture = Workshop.fixture("scripted")
        let sample = try RetrogradeServer(workshop, fixture: fixture).sample()
        let figures = try Interleaving(rounds: rounds).run([
            { try cost { try RetrogradeServer(workshop, fixture: fixture) } },
            { try cost { try FloorServer(workshop, answering: sample) } },
        ])
        return (figures[0], figures[1])
    }

    private static func cost(of start: () throws -> any BenchServer) throws -> Cost {
        let begun = Clock.now()
        let server = try start()
        _ = try Socket(port: server.port).exchange(Request.get(server.path))
        let ended = Clock.now()
        let processor = try ProcessFigures.processorTime(of: server.process.pid)
        server.process.stop()
        return Cost(elapsed: Double(ended - begun) / 1e6, processor: Double(processor) / 1e6)
    }

    private static func isStatic(_ workshop: Workshop) throws -> Bool {
        !(try ChildProcess.run(["ldd", workshop.retrograde]).contains("libswiftCore"))
    }
}
