/// A place in a text, as an editor counts: lines and columns from 1, columns in Unicode scalars.
struct SourcePosition: Hashable, Comparable, Sendable {
    var line: Int
    var column: Int

    static let start = SourcePosition(line: 1, column: 1)

    static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// From a place to the place after the last character.
struct SourceRange: Hashable, Sendable {
    var start: SourcePosition
    var end: SourcePosition

    init(_ start: SourcePosition, _ end: SourcePosition) {
        self.start = start
        self.end = max(start, end)
    }

    init(at position: SourcePosition) { self.init(position, position) }

    /// The first character or so, for what has no extent of its own.
    static let beginning = SourceRange(at: .start)
}
