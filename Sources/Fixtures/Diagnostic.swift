/// Something to say about a place in a fixture or dialect file, as a compiler would.
public struct Diagnostic: Hashable, Sendable {
    public enum Severity: String, Hashable, Sendable {
        case error
        case warning
        case note
    }

    public var severity: Severity
    public var file: String
    /// From 1.
    public var line: Int
    /// From 1, in Unicode scalars.
    public var column: Int
    /// The column after the last one that is underlined; `column + 1` or more.
    public var endColumn: Int
    public var message: String
    /// The text of the line, without its end.
    public var sourceLine: String

    public init(
        severity: Severity, file: String, line: Int, column: Int, endColumn: Int, message: String, sourceLine: String
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.endColumn = endColumn
        self.message = message
        self.sourceLine = sourceLine
    }
}
