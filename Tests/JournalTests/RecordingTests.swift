import HTTPSemantics
import Journal
import Testing

/// A journal file is read as far as it can be understood, and says what could not.
struct RecordingTests {
    private let header = JournalHeader(
        lane: "lane-1", fixture: "f", seed: 1, wall: WallLine(origin: WallTime(secondsSinceEpoch: 0)))

    private func entry(_ number: UInt64) -> JournalEntry {
        JournalEntry(number: number, instant: .zero, exchange: 1, event: .completed)
    }

    private func file(_ lines: JournalLine...) -> [UInt8] { lines.flatMap(\.bytes) }

    @Test func `a whole file`() {
        let recording = Recording(file(.header(header), .entry(entry(4)), .entry(entry(5))))
        #expect(recording.header == header)
        #expect(recording.entries == [entry(4), entry(5)])
        #expect(!recording.isTruncated)
        #expect(recording.problems == [])
    }

    @Test func `the cut last line of a killed process is said and the rest is used`() {
        let whole = file(.header(header), .entry(entry(0)), .entry(entry(1)))
        for cut in 1..<JournalLine.entry(entry(1)).bytes.count {
            let recording = Recording(Array(whole.dropLast(cut)))
            #expect(recording.isTruncated)
            #expect(recording.entries == [entry(0)])
            #expect(recording.problems == [])
        }
    }

    @Test func `bad lines, gaps and stray headers are all reported`() {
        let bytes =
            file(.entry(entry(0)), .header(header)) + Array("\n{\"number\":}\r\n".utf8) + file(.entry(entry(3)))
        #expect(
            Recording(bytes).problems == [
                Recording.Problem(line: 2, column: 1, message: "a header must be the first line"),
                Recording.Problem(line: 4, column: 11, message: "no value begins with this character"),
                Recording.Problem(line: 5, column: 1, message: "entry 3 follows entry 0"),
                Recording.Problem(line: 1, column: 1, message: "the journal has no header line"),
            ])
        #expect(Recording(bytes).entries == [entry(0), entry(3)])
    }

    @Test func `the largest number has no successor`() {
        #expect(
            Recording(file(.header(header), .entry(entry(.max)), .entry(entry(3)))).problems == [
                Recording.Problem(line: 3, column: 1, message: "entry 3 follows entry \(UInt64.max)")
            ])
    }

    @Test func `an empty file`() {
        #expect(
            Recording([]).problems == [Recording.Problem(line: 1, column: 1, message: "the journal has no header line")]
        )
        #expect(!Recording([]).isTruncated)
    }

    @Test func `no line is skipped silently, whatever its bytes`() {
        var random = SeededGenerator(seed: 6)
        let whole = file(.header(header), .entry(.random(0, &random)), .entry(.random(1, &random)))
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let recording = Recording(bytes)
            let lines = bytes.split(separator: UInt8(ascii: "\n")).count - (recording.isTruncated ? 1 : 0)
            let understood = recording.entries.count + (recording.header == nil ? 0 : 1)
            #expect(understood + recording.problems.count >= lines, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
