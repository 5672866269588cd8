internal import ArgumentParser
internal import Glibc

/// `retrograde-bench load`: the paced loader, in a process of its own.
struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send requests at a given rate and measure from when each was due.",
        discussion: """
            Each TRAFFIC is CONNECTIONS:RATE:COUNT:TARGET. A rate is in requests a second, 0 for as fast as each
            connection is answered. {key} in a target or a field counts up, {stamp} is the time of sending in
            nanoseconds. A line for each traffic says what came of it; times are in nanoseconds.

            Example: retrograde-bench load --port 8080 64:5000:20000:/
            """)

    @Option(help: "Of a server on 127.0.0.1.")
    var port: UInt16

    @Option(name: .customLong("field"), help: "A header field of every request, as 'Authorization: Bearer x'.")
    var fields: [String] = []

    @Option(help: "How many different keys there are.")
    var keys = 1

    @Option(help: "How many of the first requests of each traffic are not recorded.")
    var unrecorded = 0

    @Option(help: "After so many requests of each traffic there is a pause.")
    var wave: Int?

    @Option(help: "How long a pause is, in milliseconds.")
    var pause = 0

    @Argument var traffic: [String]

    func run() throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let loop = try OpenLoop(port: port, try traffic.map(read))
        for report in loop.run() { Terminal.show(report.text) }
    }

    private func read(_ text: String) throws -> Traffic {
        let parts = text.split(separator: ":", maxSplits: 3)
        guard parts.count == 4, let connections = Int(parts[0]), let rate = Double(parts[1]), let count = Int(parts[2]),
            connections > 0, rate >= 0, count > 0
        else { throw ValidationError("\(text) is not CONNECTIONS:RATE:COUNT:TARGET") }
        return Traffic(
            connections: connections, rate: rate > 0 ? rate : nil,
            template: RequestTemplate(target: String(parts[3]), fields: fields, keys: max(keys, 1)),
            wave: wave.map { Wave(size: max($0, 1), pause: Int64(pause) * 1_000_000) } ?? .none, count: count,
            unrecorded: unrecorded)
    }
}
