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
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // What stands behind the last line feed: nothing, or a line that was cut.
        lines.removeLast()
        for (index, line) in lines.enumerated() where !line.isEmpty && line != [UInt8(ascii: "\r")] {
            do throws(JSONSyntaxError) {
                note(try JournalLine(Array(line)), line: index + 1)
            } catch {
                problems.append(Problem(line: index + 1, column: error.offset + 1, message: error.message))
            }
        }
        if header == nil {
            problems.append(Problem(line: 1, column: 1, message: "the journal has no header line"))
        }
    }

    private mutating func note(_ line: JournalLine, line number: Int) {
        switch line {
        case .header(let header):
            if self.header == nil && entries.isEmpty {
                self.header = header
            } else {
                problems.append(Problem(line: number, column: 1, message: "a header must be the first line"))
            }
        case .entry(let entry):
            if let last = entries.last, entry.number != last.number + 1 {
                problems.append(
                    Problem(
                        line: number, column: 1, message: "entry \(entry.number) follows entry \(last.number)"))
            }
            entries.append(entry)
        }
    }
}
