internal import Fixtures
internal import Glibc
internal import MockServer
internal import Synchronization

/// Finds and loads fixtures: from disk, from standard input, and those that the binary carries.
struct FixtureFiles: Sendable {
    /// Larger texts are no fixtures.
    static let limit = 1 << 20

    /// The ids that `expect:` may name, with the settings that each takes.
    var rules: [String: Set<String>]
    var dialects = EmbeddedFiles.dialects

    /// What replaces parts of a fixture as it is loaded.
    struct Overrides: Sendable {
        var parameters: [String: String] = [:]
        /// The name of a dialect, or the path of a dialect file.
        var dialect: String?
        var success: ResponseTemplate?
    }

    /// The files that a word of the command line means: a file is itself, `-` is standard input, and a folder is
    /// its own `*.yaml`, `*.yml` and `*.json`, sorted, without its sub-folders, and without pipes and the like, of which
    /// nobody knows when they end.
    static func files(_ argument: String) throws(Failure) -> [String] {
        var status = stat()
        guard argument != "-", stat(argument, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return [argument]
        }
        let folder = argument.hasSuffix("/") ? String(argument.dropLast()) : argument
        let names = try Self.names(in: argument).filter { name in
            !name.hasPrefix(".") && [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
                && isFile("\(folder)/\(name)")
        }
        guard !names.isEmpty else {
            throw Failure(message: "\(argument) holds no *.yaml, *.yml or *.json (sub-folders are not searched)")
        }
        return names.sorted().map { "\(folder)/\($0)" }
    }

    /// Whether a path leads to a regular file, or nowhere, which whoever reads it will say.
    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }

    /// Loads a fixture from disk. Files that it names are read below its own folder.
    func load(_ path: String, _ overrides: Overrides = Overrides()) throws(Failure) -> FixtureLoader.Outcome {
        let text = try Self.text(of: path)
        return load(text, file: Self.title(of: path), reader: FileRoot(of: path).reader, overrides)
    }

    /// A fixture as it was read.
    struct Reading: Sendable {
        var outcome: FixtureLoader.Outcome
        /// The file, then those that it names; none for standard input and what the binary carries.
        var files: [ReadFile]
        var source: FixtureSource
    }

    /// A file as it was before it was read.
    struct ReadFile: Hashable, Sendable {
        var path: String
        /// `nil` where it did not exist.
        var stamp: FileStamp?

        init(_ path: String) {
            self.path = path
            stamp = FileStamp(path)
        }
    }

    /// Loads a fixture from disk, and says what it was made from.
    func read(_ path: String, _ overrides: Overrides = Overrides()) throws(Failure) -> Reading {
        let file = ReadFile(path)
        let text = try Self.text(of: path)
        let root = FileRoot(of: path)
        let named = NamedFiles(root)
        let outcome = load(
            text, file: Self.title(of: path), reader: named.reader, folders: root.folderReader, overrides)
        return Reading(
            outcome: outcome, files: path == "-" ? [] : [file] + named.files,
            source: FixtureSource(text: text, parameters: overrides.parameters))
    }

    /// As ``embedded(_:_:)``, with what it was made from.
    func readEmbedded(_ name: String, _ overrides: Overrides) throws(Failure) -> Reading {
        let outcome = try embedded(name, overrides)
        let text = EmbeddedFiles.bytes(of: name) ?? []
        return Reading(
            outcome: outcome, files: [], source: FixtureSource(text: text, parameters: overrides.parameters))
    }

    /// Loads a fixture that the binary carries, by its path below `fixtures/`: `demo.yaml`, `suites/retry-after.yaml`.
    func embedded(_ name: String, _ overrides: Overrides = Overrides()) throws(Failure) -> FixtureLoader.Outcome {
        guard let text = EmbeddedFiles.bytes(of: name) else {
            throw Failure(message: "this binary carries no fixture \"\(name)\"")
        }
        return load(text, file: name, reader: nil, overrides)
    }

    /// A response that stands for the `success` of fixtures.
    func success(_ path: String) throws(Failure) -> (response: ResponseTemplate?, diagnostics: [Diagnostic]) {
        let loader = FixtureLoader(dialects: dialects, rules: rules, readFile: FileRoot(of: path).reader)
        return loader.loadSuccess(try Self.text(of: path), file: Self.title(of: path))
    }

    /// A client file. Files that it names are read below its own folder.
    func client(_ path: String) throws(Failure) -> (client: ClientFile?, diagnostics: [Diagnostic]) {
        clientLoader(FileRoot(of: path)).load(try Self.text(of: path), file: Self.title(of: path))
    }

    private func clientLoader(_ root: FileRoot) -> ClientLoader {
        ClientLoader(
            FixtureLoader(dialects: dialects, rules: rules, readFile: root.reader),
            placeholders: ClientCommand.Placeholder.allCases.map(\.rawValue))
    }

    /// Everything there is to say about a file, be it a fixture, a dialect or a client file.
    func check(_ path: String) throws(Failure) -> [Diagnostic] {
        let text = try Self.text(of: path)
        let (file, root) = (Self.title(of: path), FileRoot(of: path))
        if ClientLoader.isClient(text) { return clientLoader(root).load(text, file: file).diagnostics }
        guard DialectLoader.isDialect(text) else {
            return load(text, file: file, reader: root.reader, folders: root.folderReader, Overrides()).diagnostics
        }
        return DialectLoader(readFile: root.reader).load(text, file: file).diagnostics
    }

    private func load(
        _ text: [UInt8], file: String, reader: FixtureLoader.FileReader?,
        folders: FixtureLoader.FolderReader? = nil, _ overrides: Overrides
    ) -> FixtureLoader.Outcome {
        var dialects = dialects
        var dialect = overrides.dialect
        if let path = dialect, path.contains("/") || path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
            let (own, diagnostics) = Self.dialect(path)
            guard let own else { return FixtureLoader.Outcome(fixture: nil, diagnostics: diagnostics) }
            dialects[own.name] = own
            dialect = own.name
        }
        let nothing: FixtureLoader.FileReader = { _ in .failure(.init(reason: "is not carried by the binary")) }
        var loader = FixtureLoader(dialects: dialects, rules: rules, readFile: reader ?? nothing)
        if let folders { loader.readFolder = folders }
        return loader.load(
            text, file: file, parameters: overrides.parameters, dialect: dialect, success: overrides.success)
    }

    private static func dialect(_ path: String) -> (Dialect?, [Diagnostic]) {
        do throws(FileReadError) {
            let text = try bytes(ofFile: path, limit: limit)
            return DialectLoader(readFile: FileRoot(of: path).reader).load(text, file: path)
        } catch {
            let problem = Diagnostic(
                severity: .error, file: path, line: 1, column: 1, endColumn: 2, message: "the dialect \(error.reason)",
                sourceLine: "")
            return (nil, [problem])
        }
    }

    private static func text(of path: String) throws(Failure) -> [UInt8] {
        do throws(FileReadError) {
            // One byte more than a fixture may have: that it is too large is a diagnostic like any other.
            return try bytes(ofFile: path == "-" ? "/dev/stdin" : path, limit: limit + 1)
        } catch {
            throw Failure(message: "\(path) \(error.reason)")
        }
    }

    private static func title(of path: String) -> String { path == "-" ? "standard input" : path }

    private static func names(in folder: String) throws(Failure) -> [String] {
        guard let stream = opendir(folder) else {
            throw Failure(message: "\(folder) \(FileReadError(code: errno).reason)")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }
}

/// The files that a fixture names, noted as they are asked for.
private final class NamedFiles: Sendable {
    private let root: FileRoot
    private let seen = Mutex<[FixtureFiles.ReadFile]>([])

    init(_ root: FileRoot) { self.root = root }

    /// Each once, in the order in which they were asked for.
    var files: [FixtureFiles.ReadFile] { seen.withLock(\.self) }

    var reader: FixtureLoader.FileReader {
        { [root] path in
            let file = FixtureFiles.ReadFile("\(root.folder)/\(path)")
            self.seen.withLock { seen in
                if !seen.contains(where: { $0.path == file.path }) { seen.append(file) }
            }
            return root.reader(path)
        }
    }
}
