/// A server that is measured. It ends when it is let go.
protocol BenchServer {
    var name: String { get }
    var process: ChildProcess { get }
    /// Without a slash at the end.
    var url: String { get }
    /// Where it refuses with 429.
    var path: String { get }
}

extension BenchServer {
    var port: UInt16 { UInt16(url.split(separator: ":").last ?? "") ?? 0 }

    /// What it answers, once it has settled: the first answers of some are still admissions.
    func sample(_ request: [UInt8]? = nil) throws -> Response {
        let socket = try Socket(port: port)
        var response: Response?
        for _ in 0..<4 { response = try socket.exchange(request ?? Request.get(path)) }
        return response!
    }
}
