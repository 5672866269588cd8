/// Instructions per request, which do not depend on what else the machine does.
enum Instructions: Measurement {
    static let name = "instructions"
    static let lines = RequestPath.all.map { path in
        Line("instructions/request, \(path.what), against the C floor", path.goal)
    }

    static func method(_ session: Session) -> String {
        "valgrind's callgrind, 1,000 requests one after the other; libmicrohttpd's clearing of memory left out"
    }

    static func run(_ session: Session) throws -> [Row] {
        guard Workshop.tool("valgrind") != nil else { return lines.map { $0.missing("valgrind is not installed") } }
        return try zip(lines, RequestPath.all).map { line, path in
            session.say(path.what)
            let counts = try path.instructions(session.workshop)
            return line.measured(
                counts.ours / counts.floor, "\(counts.ours.text()) and \(counts.floor.text())")
        }
    }
}
