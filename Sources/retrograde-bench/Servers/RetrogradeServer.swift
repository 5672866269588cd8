internal import Journal

/// `retrograde serve` with a fixture, its journal on, as it always is.
struct RetrogradeServer: BenchServer {
    let name = "Retrograde"
    let process: ChildProcess
    let url: String
    /// Its lane in the control API.
    let lane: String
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
            // That a journal is full is what some measurements want, and no warning.
            prefix + [program ?? workshop.retrograde, "serve", fixture, "--log-level", "error"]
                + settings.flatMap { ["--set", $0] },
            // The order of a dictionary would else differ from run to run, and with it the count of instructions.
            environment: ["SWIFT_DETERMINISTIC_HASHING": "1"], showsErrors: prefix.isEmpty)
        let ready = try process.line().filter { $0 != " " }
        guard let url = ready.between("\"url\":\"", "\""), let control = ready.between("\"control\":\"", "\""),
            let name = ready.between("\"name\":\"", "\"")
        else {
            throw BenchError("retrograde serve \(fixture) did not say where it listens")
        }
        self.url = url
        lane = "\(control)/v1/lanes/\(name)"
        self.path = path
    }

    /// Begins a new journal.
    func reset() throws {
        try ChildProcess.run([
            "curl", "-sf", "-X", "POST", "-H", "Content-Type: application/json", "-d", "{}", "\(lane)/reset",
        ])
    }

    /// The journal, by way of the control API.
    func journal(_ workshop: Workshop) throws -> Recording {
        let file = workshop.file("journal.ndjson")
        try ChildProcess.run(["curl", "-sf", "-o", file, "\(lane)/journal"])
        return Recording(try TextFile.bytes(file))
    }
}
