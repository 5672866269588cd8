/// Collects all there is to say about one text.
///
/// A class that lives for one reading on one thread: every decoder adds to the same list.
final class Findings {
    /// Beyond so many the rest is counted, not shown.
    static let shown = 100
    /// Beyond so many they are not even kept.
    static let kept = 1000

    let source: SourceText
    private var found: [(order: SourcePosition, diagnostic: Diagnostic)] = []
    private var count = 0
    private(set) var errors = 0
    var hasErrors: Bool { errors > 0 }
    /// Set where the text ends early: what is missing then is no mistake of its own.
    var isTruncated = false

    init(_ source: SourceText) { self.source = source }

    func error(_ message: String, at range: SourceRange) {
        errors += 1
        add(.error, message, at: range, orderedBy: range.start)
    }

    /// An error about something that is not there.
    func missing(_ message: String, at range: SourceRange) {
        guard !isTruncated else { return }
        error(message, at: SourceRange(at: range.start))
    }

    func warning(_ message: String, at range: SourceRange) {
        add(.warning, message, at: range, orderedBy: range.start)
    }

    /// - Parameter about: the place of the diagnostic that the note follows.
    func note(_ message: String, at range: SourceRange, about place: SourceRange) {
        add(.note, message, at: range, orderedBy: place.start)
    }

    /// Takes over what was found in another file, to stand after the diagnostic of a place in this one.
    func adopt(_ diagnostics: [Diagnostic], about place: SourceRange) {
        count += diagnostics.count
        for diagnostic in diagnostics where found.count < Self.kept {
            if diagnostic.severity == .error { errors += 1 }
            found.append((place.start, diagnostic))
        }
    }

    /// Everything, in the order of the text; each note after what it belongs to.
    var diagnostics: [Diagnostic] {
        let sorted = found.enumerated()
            .sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }
            .map(\.element.diagnostic)
        guard sorted.count > Self.shown else { return sorted }
        var result = Array(sorted.prefix(Self.shown))
        var last = sorted[Self.shown]
        last.severity = .note
        last.message = "\(count - Self.shown) more diagnostics are not shown"
        result.append(last)
        return result
    }

    private func add(
        _ severity: Diagnostic.Severity, _ message: String, at range: SourceRange, orderedBy order: SourcePosition
    ) {
        count += 1
        guard found.count < Self.kept else { return }
        let start = range.start
        let end = range.end.line == start.line ? range.end.column : .max
        let line = source.line(start.line)
        found.append(
            (
                order,
                Diagnostic(
                    severity: severity, file: source.file, line: start.line, column: start.column,
                    endColumn: max(start.column + 1, min(end, line.unicodeScalars.count + 1)), message: message,
                    sourceLine: line)
            ))
    }
}
