/// Turns fixture text into a ``Fixture`` and every diagnostic at once.
///
/// It reads no files itself: the dialects and the contents of `file:` bodies come from the caller.
public struct FixtureLoader: Sendable {
    /// Gives the bytes of a file that a fixture names, or says why it cannot.
    public typealias FileReader = @Sendable (_ path: String) -> Result<[UInt8], FileProblem>

    /// Gives the paths of all files below a folder that a fixture names, from that folder on, or says why it cannot.
    public typealias FolderReader = @Sendable (_ path: String) -> Result<[String], FileProblem>

    /// Dialects by name.
    public var dialects: DialectLibrary
    /// The ids that `expect:` may name, with the settings that each takes.
    public var rules: [String: Set<String>]
    public var readFile: FileReader
    public var readFolder: FolderReader

    public init(
        dialects: DialectLibrary, rules: [String: Set<String>],
        readFile: @escaping FileReader,
        readFolder: @escaping FolderReader = { _ in .failure(.init(reason: "cannot be read from here")) }
    ) {
        self.dialects = dialects
        self.rules = rules
        self.readFile = readFile
        self.readFolder = readFolder
    }

    /// Why a file that a fixture names cannot be used, as the end of a sentence: "is outside the fixture's folder".
    public struct FileProblem: Error, Hashable, Sendable {
        public var reason: String
        public init(reason: String) { self.reason = reason }
    }

    /// What became of one text: a fixture, if there was no error, and all there is to say.
    public struct Outcome: Hashable, Sendable {
        public var fixture: Fixture?
        public var diagnostics: [Diagnostic]

        public init(fixture: Fixture?, diagnostics: [Diagnostic]) {
            self.fixture = fixture
            self.diagnostics = diagnostics
        }
    }
}
