/// A call of `retrograde-bench load`, as others call wrk.
struct PacedLoad {
    var connections: Int
    /// Requests a second; 0: as fast as each connection is answered.
    var rate: Double = 0
    var count: Int
    var target = "/"
    var fields: [String] = []
    var keys = 1
    var unrecorded = 0
    /// After so many requests, a pause of so many milliseconds.
    var wave: (size: Int, pause: Int)?

    func run(_ workshop: Workshop, port: UInt16) throws -> LoadReport {
        try Self.run([self], workshop, port: port)[0]
    }

    /// Several at once, from one process. Fields, keys, waves and what is not recorded are those of the first.
    static func run(_ loads: [PacedLoad], _ workshop: Workshop, port: UInt16) throws -> [LoadReport] {
        let first = loads[0]
        var arguments = [
            workshop.bench, "load", "--port", "\(port)", "--keys", "\(first.keys)", "--unrecorded",
            "\(first.unrecorded)",
        ]
        for field in first.fields { arguments += ["--field", field] }
        if let wave = first.wave { arguments += ["--wave", "\(wave.size)", "--pause", "\(wave.pause)"] }
        arguments += loads.map { "\($0.connections):\($0.rate):\($0.count):\($0.target)" }
        let reports = try ChildProcess.run(arguments, showsErrors: true).split(separator: "\n")
            .compactMap { LoadReport($0) }
        guard reports.count == loads.count else { throw BenchError("the loader said nothing") }
        return reports
    }
}
