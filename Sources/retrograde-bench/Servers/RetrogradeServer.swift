/// `retrograde serve` with a fixture, its journal on, as it always is.
struct RetrogradeServer: BenchServer {
    let name = "Retrograde"
    let process: ChildProcess
    let url: String
    let control: String
    let path: String

    /// - Parameters:
    ///   - program: `nil`: the one that is measured.
    ///   - fixture: the path of a file.
    ///   - settings: NAME=VALUE, as for `--set`.
    ///   - prefix: what stands before the command, as `valgrind` and its options.
    init(
        _ workshop: Workshop, program: String? = nil, fixture: String, path: String = "/", settings: [String] = [],
        under prefix: [String] = []
    ) throws {
        process = try ChildProcess(
            prefix + [program ?? workshop.retrograde, "serve", fixture] + settings.flatMap { ["--set", $0] },
            // The order of a dictionary would else differ from run to run, and with it the count of instructions.
            environment: ["SWIFT_DETERMINISTIC_HASHING": "1"], showsErrors: prefix.isEmpty)
        let ready = try process.line().filter { $0 != " " }
        guard let url = ready.between("\"url\":\"", "\""), let control = ready.between("\"control\":\"", "\"") else {
            throw BenchError("retrograde serve \(fixture) did not say where it listens")
        }
        self.url = url
        self.control = control
        self.path = path
    }
}
