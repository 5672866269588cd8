internal import HTTPSemantics

/// A journal file that was read.
public struct Recording: Hashable, Sendable {
    /// `nil` if the file lacks one.
    public var header: JournalHeader?
    public var entries: [JournalEntry]
    /// Whether the last line has no end: the process that wrote it was killed. That line is not among the entries.
    public var isTruncated: Bool
    /// Every line that could not be read, and every gap; a verdict over such a journal lacks evidence.
    public var problems: [Problem]

    /// Something wrong in a line.
    public struct Problem: Error, Hashable, Sendable {
        /// From 1.
        public var line: Int
        /// From 1, in bytes.
        public var column: Int
        public var message: String

        public init(line: Int, column: Int, message: String) {
            self.line = line
            self.column = column
            self.message = message
        }
    }

    /// Reads a file as ``JournalLine`` describes it. Empty lines are passed over; everything else that is not
    /// understood is a problem.
    public init(_ bytes: [UInt8]) {
        header = nil
        entries = []
        problems = []
        isTruncated = !bytes.isEmpty && bytes.last != UInt8(ascii: "\n")
        var scanner = PlainLineScanner(bytes)
        var number = 1
        while true {
            if let entry = scanner.entry() {
                note(entry, line: number)
            } else if let line = scanner.line() {
                read(line, number)
            } else {
                break
            }
            number += 1
        }
        if header == nil {
            problems.append(Problem(line: 1, column: 1, message: "the journal has no header line"))
        }
    }

    /// Reads a line that is none of the plain ones.
    private mutating func read(_ line: ArraySlice<UInt8>, _ number: Int) {
        guard !line.isEmpty, !line.elementsEqual([UInt8(ascii: "\r")]) else { return }
        do throws(JSONSyntaxError) {
            switch try JournalLine(Array(line)) {
            case .header(let header): note(header, line: number)
            case .entry(let entry): note(entry, line: number)
            }
        } catch {
            problems.append(Problem(line: number, column: error.offset + 1, message: error.message))
        }
    }

    private mutating func note(_ header: JournalHeader, line: Int) {
        if self.header == nil && entries.isEmpty {
            self.header = header
        } else {
            problems.append(Problem(line: line, column: 1, message: "a header must be the first line"))
        }
    }

    private mutating func note(_ entry: JournalEntry, line: Int) {
        if let last = entries.last?.number, entry.number != last &+ 1 {
            problems.append(Problem(line: line, column: 1, message: "entry \(entry.number) follows entry \(last)"))
        }
        entries.append(entry)
    }
}
