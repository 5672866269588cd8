public import Fixtures
internal import Glibc
internal import Grading

/// Why a fixture cannot be served: its diagnostics, as `retrograde check` prints them.
public struct FixtureError: Error, Hashable, Sendable, CustomStringConvertible {
    public var diagnostics: [Diagnostic]

    public init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    public var description: String { diagnostics.map { $0.rendered(colour: false) }.joined() }
}

extension Fixture {
    /// Reads a fixture's text (YAML or JSON), with the dialects that the product ships. It can name no files.
    ///
    /// - Parameters:
    ///   - text: the fixture, in UTF-8.
    ///   - name: what diagnostics call it.
    ///   - parameters: values that stand for those of the fixture's `parameters`.
    /// - Throws: `FixtureError` with all diagnostics, if one of them is an error.
    public init(text: String, name: String = "fixture", parameters: [String: String] = [:]) throws(FixtureError) {
        self = try Self.load(Array(text.utf8), name: name, parameters) { _ in
            .failure(.init(reason: "cannot be used: a fixture that is given as text has no files"))
        }
    }

    /// Reads a fixture from a file. Files that it names are read below its own folder.
    ///
    /// - Parameters:
    ///   - path: absolute, or from the working directory.
    ///   - parameters: values that stand for those of the fixture's `parameters`.
    /// - Throws: `FixtureError` with all diagnostics, if one of them is an error or the file cannot be read.
    public init(file path: String, parameters: [String: String] = [:]) throws(FixtureError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        guard let text = contents(of: path) else {
            let problem = Diagnostic(
                severity: .error, file: path, line: 1, column: 1, endColumn: 1,
                message: "the file cannot be read: \(SystemFailure(code: errno).reason)", sourceLine: "")
            throw FixtureError(diagnostics: [problem])
        }
        self = try Self.load(text, name: path, parameters) { name in
            // What a symbolic link or `..` makes of the path must lie below the folder still.
            guard let root = realPath(folder), let file = realPath("\(folder)/\(name)"), file.hasPrefix(root + "/"),
                !name.hasPrefix("/")
            else { return .failure(.init(reason: "does not exist below the fixture's folder")) }
            return contents(of: file).map { .success($0) } ?? .failure(.init(reason: "cannot be read"))
        }
    }

    private static func load(
        _ text: [UInt8], name: String, _ parameters: [String: String],
        readFile: @escaping FixtureLoader.FileReader
    ) throws(FixtureError) -> Fixture {
        let loader = FixtureLoader(
            dialects: EmbeddedFiles.dialects, rules: RuleCatalogue.settings, readFile: readFile)
        let outcome = loader.load(text, file: name, parameters: parameters)
        guard let fixture = outcome.fixture else { throw FixtureError(diagnostics: outcome.diagnostics) }
        return fixture
    }
}

/// The bytes of a file, 16 MiB at most; `nil`, and errno says why, where they cannot be had.
private func contents(of path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return count == 0 ? bytes : nil }
        bytes += buffer.prefix(count)
        guard bytes.count <= 16 << 20 else {
            errno = EFBIG
            return nil
        }
    }
}

private func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}
