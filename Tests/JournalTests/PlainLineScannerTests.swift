import HTTPSemantics
import Testing

@testable import Journal

struct PlainLineScannerTests {
    /// What the scanner says of one line, and what JSON in general says of it.
    private func readings(_ line: [UInt8]) -> (plain: JournalEntry?, general: JournalEntry?) {
        var scanner = PlainLineScanner(line)
        let plain = scanner.entry()
        #expect(scanner.position == (plain == nil ? 0 : line.count))
        guard case .entry(let general)? = try? JournalLine(line) else { return (plain, nil) }
        return (plain, general)
    }

    @Test func `reads every entry that needs no unescaping`() throws {
        var random = SeededGenerator(seed: 11)
        var plain = 0
        for number in 0..<3000 as Range<UInt64> {
            let entry = JournalEntry.random(number, &random)
            let line = JournalLine.entry(entry).bytes
            guard let read = readings(line).plain else { continue }
            guard read == entry else {
                Issue.record(
                    "entry \(number) of seed 11 came back as \(read) from \(String(decoding: line, as: UTF8.self))")
                return
            }
            plain += 1
        }
        #expect(plain > 500)
    }

    @Test(arguments: [
        #"{"number":7,"at":1,"exchange":2,"event":"arrived","connection":3,"method":"GET","target":"/é","fields":[["A","b"],["C",""]],"peer":"[::1]:80"}"#,
        #"{"number":7,"at":-1,"exchange":2,"event":"received","length":0,"digest":"e3","complete":false}"#,
        #"{"number":7,"at":1,"exchange":2,"event":"decided","source":"script","reply":0,"route":"* /*","attempt":1,"status":429,"fault":"after request: reset","delay":5,"limits":[]}"#,
        #"{"number":7,"at":1,"exchange":2,"event":"decided","source":"limit","limit":"a","attempt":1,"status":429,"delay":0,"limits":[{"name":"a","capacity":1,"remaining":-1,"retry-at":5,"reset-at":6},{"name":"b","capacity":1,"remaining":0,"reset-at":6}]}"#,
        #"{"number":7,"at":1,"exchange":2,"event":"decided","source":"exhausted","attempt":9,"status":500,"delay":0,"limits":[]}"#,
        #"{"number":7,"at":1,"exchange":2,"event":"decided","source":"unmatched","attempt":0,"status":404,"delay":0,"limits":[]}"#,
        #"{"number":7,"at":1,"exchange":2,"event":"replied","status":200,"fields":[],"due":8}"#,
        #"{"number":7,"at":1,"exchange":2,"event":"completed"}"#,
        #"{"number":7,"at":1,"exchange":2,"event":"aborted","reason":"client"}"#,
    ])
    func `reads the forms that make up a journal`(line: String) {
        let (plain, general) = readings(Array("\(line)\n".utf8))
        #expect(plain != nil)
        #expect(plain == general)
    }

    @Test(arguments: [
        #"{"number":07,"at":1,"exchange":2,"event":"completed"}"#,
        #"{"number":-0,"at":1,"exchange":2,"event":"completed"}"#,
        #"{"number":,"at":1,"exchange":2,"event":"completed"}"#,
        #"{"number":18446744073709551616,"at":1,"exchange":2,"event":"completed"}"#,
        #"{"number":7,"at":1.0,"exchange":2,"event":"completed"}"#,
        #"{"number":7, "at":1,"exchange":2,"event":"completed"}"#,
        #"{"at":1,"number":7,"exchange":2,"event":"completed"}"#,
        #"{"number":7,"at":1,"exchange":2,"event":"completed","new":1}"#,
        #"{"number":7,"at":1,"exchange":2,"event":"completed","number":7}"#,
        #"{"number":7,"at":1,"exchange":2,"event":"aborted","reason":"\u0063lient"}"#,
        #"{"number":7,"at":1,"exchange":2,"event":"aborted","reason":"cat"}"#,
        #"{"number":7,"at":1,"exchange":2,"event":"replied","status":200,"fields":[["a"]]}"#,
        #"{"number":7,"at":1,"exchange":2,"event":"replied","status":200,"fields":[["a","b"],]}"#,
        #"{"number":7,"at":1,"exchange":2,"event":"replied","status":200}"#,
    ])
    func `leaves what is written otherwise alone`(line: String) {
        #expect(readings(Array("\(line)\n".utf8)).plain == nil)
    }

    @Test func `what it reads of damaged lines, JSON in general reads as well`() {
        var random = SeededGenerator(seed: 12)
        // Bytes that JSON is made of, beside any.
        let structural = Array(#"{}[]",:\0123-truefalse"#.utf8)
        var both = 0
        for number in 0..<4000 as Range<UInt64> {
            var line = JournalLine.entry(.random(number, &random)).bytes
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let position = Int.random(in: 0..<line.count, using: &random)
                let byte =
                    Bool.random(using: &random)
                    ? structural.randomElement(using: &random)! : UInt8.random(in: 0...255, using: &random)
                switch random.next() % 3 {
                case 0: line[position] = byte
                case 1: line.insert(byte, at: position)
                default: line.remove(at: position)
                }
            }
            let (plain, general) = readings(line)
            guard let plain else { continue }
            both += 1
            guard plain == general else {
                Issue.record("\(String(decoding: line, as: UTF8.self)): \(plain), not \(String(describing: general))")
                return
            }
        }
        #expect(both > 200)
    }
}
