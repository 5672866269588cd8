internal import Glibc

/// Where the programs, the fixtures and the scratch files of a run are.
///
/// The C programs are compiled when they are first needed, on the machine that is measured and against its libraries.
final class Workshop {
    /// A folder that is removed at the end.
    let scratch: String
    /// The `retrograde` that is measured.
    let retrograde: String
    /// This program, which is also the loader.
    let bench: String
    private var compiled: [String: String] = [:]

    /// This target's folder in the checkout: the benchmark measures the tree it was built from.
    static let sources: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(2)
        return parts.joined(separator: "/")
    }()

    init(retrograde: String?) throws {
        var template = Array("/tmp/retrograde-bench-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else { throw BenchError("no scratch folder") }
        scratch = String(cString: path)
        guard let own = realpath("/proc/self/exe", nil) else { throw BenchError("no path of this program") }
        defer { free(own) }
        bench = String(cString: own)
        let beside = bench.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        self.retrograde = retrograde ?? "\(beside)/retrograde"
        guard access(self.retrograde, X_OK) == 0 else { throw BenchError("there is no \(self.retrograde)") }
    }

    deinit { _ = try? ChildProcess.run(["rm", "-rf", scratch]) }

    func file(_ name: String) -> String { "\(scratch)/\(name)" }

    static func fixture(_ name: String) -> String { "\(sources)/Fixtures/\(name).yaml" }

    /// The program made of `Programs/NAME.c`.
    func program(_ name: String, libraries: [String]) throws -> String {
        if let path = compiled[name] { return path }
        let path = file(name)
        let linked = ["-Wl,--no-as-needed"] + libraries.map { "-l\($0)" }
        guard let compiler = ["cc", "clang", "gcc"].lazy.compactMap(Self.tool).first else {
            throw BenchError("there is no C compiler: .ci/setup bench")
        }
        try ChildProcess.run(
            [compiler, "-O2", "-std=gnu11", "-pthread", "-o", path, "\(Self.sources)/Programs/\(name).c"] + linked,
            showsErrors: true)
        compiled[name] = path
        return path
    }

    /// A copy without debug information, which valgrind does not understand and stops at.
    func retrogradeForValgrind() throws -> String {
        let path = file("retrograde")
        if !Self.isProgram(path) { try ChildProcess.run(["strip", "--strip-debug", "-o", path, retrograde]) }
        return path
    }

    /// Whether PATH has a program, or a place outside it that Debian uses.
    static func tool(_ name: String) -> String? {
        let folders = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":").map(String.init)
        return (folders + ["/usr/sbin"]).map { "\($0)/\(name)" }.first(where: isProgram)
    }

    /// What `.ci/bench-servers` fetched.
    static func fetched(_ name: String) -> String? {
        let root = sources.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        return ["\(root)/.build-bench/\(name)"].first(where: isProgram)
    }

    static func isProgram(_ path: String) -> Bool { access(path, X_OK) == 0 }
}
