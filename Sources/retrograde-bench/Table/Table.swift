internal import ArgumentParser

/// `retrograde-bench [table]`
struct Table: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measure and print the table.")

    @Option(help: "Only these, with commas between: \(Measurements.all.map { $0.name }.joined(separator: ", ")).")
    var only: String?

    @Flag(help: "Fewer and shorter rounds: for a look, not for the record.")
    var short = false

    @Option(help: "The retrograde to measure; default: the one beside this program.")
    var retrograde: String?

    @Option(help: "A binary of go-httpbin.")
    var goHttpbin: String?

    @Option(help: "A virtual environment with mocklimit, httpbin and gunicorn; default: what .ci/bench-servers made.")
    var python: String?

    @Option(help: "Write the table to this file too, as JSON.")
    var json: String?

    @Option(help: "Draw requests a second into this file.")
    var svg: String?

    func validate() throws {
        for name in names where !Measurements.all.contains(where: { $0.name == name }) {
            throw ValidationError("no measurement is called \"\(name)\"")
        }
    }

    private var names: [String] { only?.split(separator: ",").map(String.init) ?? Measurements.all.map { $0.name } }

    func run() throws {
        let session = Session(
            workshop: try Workshop(retrograde: retrograde), isShort: short, goHttpbin: goHttpbin, python: python)
        let machine = Machine()
        let load = "load before it began \(Machine.load.text(2))"
        session.say("\(machine.text); \(load)")
        let started = Clock.now()
        var rows: [Row] = []
        for measurement in Measurements.all where names.contains(measurement.name) {
            session.say("\(measurement.name) …")
            do {
                rows += try measurement.run(session)
            } catch {
                rows += measurement.lines.map { $0.missing("\(error)") }
            }
        }
        let loaders = """
            load: \(session.wrk.settings), one round to warm up, then \(session.rounds) of each side in turns; \
            retrograde-bench load for given rates
            """
        Terminal.show("\(machine.text); \(load)\n\(loaders)\n\n" + TextTable(rows: rows).text)
        Terminal.show("\n\(Self.sum(rows)); \((Double(Clock.now() - started) / 60e9).text(1)) minutes\n")
        if let json { try TextFile.write(JSONTable(rows: rows, machine: machine, load: loaders).bytes(), to: json) }
        if let svg {
            guard let picture = Picture(rows: rows, machine: machine) else {
                throw BenchError("no picture: it needs the measurements scripted and others")
            }
            try TextFile.write(picture.text, to: svg)
        }
    }

    private static func sum(_ rows: [Row]) -> String {
        func count(_ outcome: Outcome) -> Int { rows.count { $0.outcome == outcome } }
        return "\(count(.met)) goals met, \(count(.missed)) not met, \(count(.notMeasured)) not measured"
    }
}
