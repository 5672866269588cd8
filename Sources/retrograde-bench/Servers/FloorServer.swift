/// The bare C server, which answers what another server answered.
struct FloorServer: BenchServer {
    let name = "C floor"
    let process: ChildProcess
    let url: String
    let path = "/"

    /// - Parameter response: what it sends to everybody, but with libmicrohttpd's own Date and Content-Length.
    init(_ workshop: Workshop, answering response: Response, under prefix: [String] = []) throws {
        let file = workshop.file("response")
        try TextFile.write(Self.text(response), to: file)
        process = try ChildProcess(prefix + [try Self.program(workshop), file])
        url = "http://127.0.0.1:\(try process.line())"
    }

    /// Linked to the libraries that Retrograde is linked to, so that both load the same.
    static func program(_ workshop: Workshop) throws -> String {
        try workshop.program("floor", libraries: ["microhttpd", "gnutls", "curl", "yaml"])
    }

    private static func text(_ response: Response) -> [UInt8] {
        let own = ["date", "content-length", "connection"]
        let fields = response.fields.filter { !own.contains($0.name.lowercased()) }
        let head = "\(response.status)\n" + fields.map { "\($0.name): \($0.value)\n" }.joined() + "\n"
        return Array(head.utf8) + response.body
    }
}
