internal import CMicroHTTPD

/// Which versions are measured, and with which.
enum Versions {
    struct Version: Equatable {
        var name: String
        var number: String
    }

    static func all(_ session: Session) -> [Version] {
        let python = (session.python.map { "\($0)/bin/python" }) ?? Workshop.fetched("python/bin/python")
        let packages = ["mocklimit", "httpbin", "gunicorn"].map { package in
            (package, python.map { [$0, "-c", "import importlib.metadata as m; print(m.version('\(package)'))"] })
        }
        let nginx = Workshop.tool("nginx") ?? Workshop.fetched("nginx/usr/sbin/nginx")
        let programs: [(String, [String]?)] =
            [
                ("Retrograde", [session.workshop.retrograde, "--version"]), ("Swift", ["swift", "--version"]),
                ("curl", ["curl", "--version"]), ("wrk", ["wrk", "-v"]), ("valgrind", ["valgrind", "--version"]),
                ("nginx", nginx.map { [$0, "-v"] }),
            ] + packages
        let found = programs.compactMap { name, command in
            command.flatMap(output).flatMap(number).map { Version(name: name, number: $0) }
        }
        let library = Version(name: "libmicrohttpd", number: String(cString: MHD_get_version()))
        return Array(found.prefix(1)) + [library] + found.dropFirst()
    }

    /// The first word that looks like the number of a version: digits with a dot between them, and what follows.
    static func number(in text: String) -> String? {
        let words = text.split { !($0.isLetter || $0.isNumber || "._+-".contains($0)) }
        return words.lazy.compactMap { word in
            let number = word.drop { !$0.isNumber }.prefix { $0.isNumber || $0 == "." }
            return number.contains(".") ? String(number) : nil
        }.first
    }

    /// nginx and wrk print theirs to standard error, and wrk then fails.
    private static func output(of command: [String]) -> String? {
        let shell = ["sh", "-c", "\"$@\" 2>&1 || true", "sh"]
        return try? ChildProcess.run(shell + command)
    }
}
