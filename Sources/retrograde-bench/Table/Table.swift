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

    @Option(help: "Draw the ratios beside their goals into this file.")
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
        let surroundings = Surroundings(session)
        session.say(surroundings.machine.text)
        let started = Clock.now()
        let measured = Measurements.all.filter { names.contains($0.name) }.map { Measured($0, in: session) }
        Terminal.show(surroundings.text + "\n" + TextTable(measured: measured).text)
        Terminal.show("\n\(Self.sum(measured)); \((Double(Clock.now() - started) / 60e9).text(1)) minutes\n")
        if let json { try TextFile.write(JSONTable(measured, surroundings).bytes(), to: json) }
        if let svg { try TextFile.write(Picture(measured, surroundings).text, to: svg) }
    }

    private static func sum(_ measured: [Measured]) -> String {
        let rows = measured.flatMap(\.rows)
        func count(_ outcome: Outcome) -> Int { rows.count { $0.outcome == outcome } }
        return "\(count(.met)) goals met, \(count(.missed)) not met, \(count(.notMeasured)) not measured"
    }
}
