/// Instructions that a server executes for each of a number of equal requests, one after the other on a connection.
///
/// They are the difference between a long and a short run, so that the start and the end of the process cancel out.
/// Nothing that runs beside it changes them.
struct InstructionCount {
    let short = 300
    let long = 1300

    /// - Parameter start: starts the server behind the given words of a command line.
    func perRequest(
        _ request: [UInt8], in workshop: Workshop, name: String, start: ([String]) throws -> any BenchServer
    ) throws -> Double {
        let counts = try [short, long].map { count in
            let file = workshop.file("callgrind.\(name).\(count)")
            let server = try start(["valgrind", "--quiet", "--tool=callgrind", "--callgrind-out-file=\(file)"])
            let socket = try Socket(port: server.port)
            for _ in 0..<count { _ = try socket.exchange(request) }
            server.process.stop()
            return try CallgrindProfile(try TextFile.read(file)).own
        }
        return Double(counts[1] - counts[0]) / Double(long - short)
    }
}
