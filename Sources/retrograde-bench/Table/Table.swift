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

    @Option(help: "The virtual environment with mocklimit, httpbin and gunicorn, as .ci/setup bench makes it.")
    var python = ".build-bench/python"

    func validate() throws {
        for name in names where !Measurements.all.contains(where: { $0.name == name }) {
            throw ValidationError("no measurement is called \"\(name)\"")
        }
    }

    private var names: [String] { only?.split(separator: ",").map(String.init) ?? Measurements.all.map { $0.name } }

    func run() throws {
        let session = Session(
            workshop: try Workshop(retrograde: retrograde), isShort: short, goHttpbin: goHttpbin, python: python)
        var rows: [Row] = []
        for measurement in Measurements.all where names.contains(measurement.name) {
            session.say("\(measurement.name) …")
            do {
                rows += try measurement.run(session)
            } catch {
                rows += measurement.lines.map { $0.missing("\(error)") }
            }
        }
        Terminal.show(TextTable(rows: rows).text)
    }
}
