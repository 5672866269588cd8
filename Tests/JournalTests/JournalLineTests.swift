import HTTPSemantics
import Journal
import Testing

/// What is written can be read again, to the last bit, by us; and in the main by anybody.
struct JournalLineTests {
    private let header = JournalHeader(
        lane: "lane-1", fixture: "first three 429", seed: .max,
        wall: WallLine(origin: WallTime(secondsSinceEpoch: 1_700_000_000, nanoseconds: 250_000_000)))

    private func text(_ event: JournalEntry.Event) -> String {
        let entry = JournalEntry(number: 3, instant: Instant(nanoseconds: 1202), exchange: 1, event: event)
        return String(decoding: JournalLine.entry(entry).bytes, as: UTF8.self)
    }

    @Test func `the header line`() {
        #expect(
            String(decoding: JournalLine.header(header).bytes, as: UTF8.self) == """
                {"journal":1,"lane":"lane-1","fixture":"first three 429","seed":18446744073709551615,\
                "origin":{"seconds":1700000000,"nanoseconds":250000000}}

                """)
    }

    @Test func `each event has its line`() {
        let start = #"{"number":3,"at":1202,"exchange":1,"event":""#
        let arrival = Arrival(
            connection: 2, method: "POST", target: "/a?b=\"c\"", fields: FieldBlock([("Host", "h"), ("A", "x\ty")]),
            peer: "127.0.0.1:50000")
        #expect(
            text(.arrived(arrival)) == start
                + #"arrived","connection":2,"method":"POST","target":"/a?b=\"c\"","fields":[["Host","h"],["A","x\u0009y"]],"#
                + #""peer":"127.0.0.1:50000"}"# + "\n")
        #expect(
            text(.received(BodySummary(length: 0, digest: "e3b0", complete: false))) == start
                + #"received","length":0,"digest":"e3b0","complete":false}"# + "\n")
        let reading = LimitReading(
            name: "requests", capacity: 100, remaining: 0, retryAt: Instant(nanoseconds: 5), resetAt: .distantFuture)
        let decision = Decision(
            source: .limit("requests"), route: "* /*", attempt: 0, status: 429, delay: .milliseconds(1),
            limits: [
                reading, LimitReading(name: "t", capacity: 1, remaining: 1, retryAt: nil, resetAt: .zero),
            ])
        #expect(
            text(.decided(decision)) == start
                + #"decided","source":"limit","limit":"requests","route":"* /*","attempt":0,"status":429,"delay":1000000,"#
                + #""limits":[{"name":"requests","capacity":100,"remaining":0,"retry-at":5,"reset-at":9223372036854775807},"#
                + #"{"name":"t","capacity":1,"remaining":1,"reset-at":0}]}"# + "\n")
        let exhausted = Decision(source: .exhausted, route: nil, attempt: 9, status: 500, fault: "after request: reset")
        #expect(
            text(.decided(exhausted)) == start
                + #"decided","source":"exhausted","attempt":9,"status":500,"fault":"after request: reset","delay":0,"limits":[]}"#
                + "\n")
        #expect(
            text(.replied(ReplyHead(status: 200, fields: FieldBlock(), due: .zero))) == start
                + #"replied","status":200,"fields":[],"due":0}"# + "\n")
        #expect(text(.completed) == start + #"completed"}"# + "\n")
        #expect(text(.aborted(.client)) == start + #"aborted","reason":"client"}"# + "\n")
        #expect(
            text(.stalled(Stall(from: .zero, until: .zero + .nanoseconds(7)))) == start
                + #"stalled","from":0,"until":7}"# + "\n")
    }

    @Test func `a byte that is no UTF-8 is a lone surrogate`() throws {
        var fields = FieldBlock()
        // A Latin-1 é, a correct é, a surrogate in bytes, the first half of a scalar at the end.
        fields.append(name: "X".utf8, value: [0xE9, 0xC3, 0xA9, 0xED, 0xA0, 0x80, 0x7F, 0xF0, 0x9F])
        let line = JournalLine.entry(
            JournalEntry(
                number: 0, instant: .zero, exchange: 1, event: .replied(ReplyHead(status: 200, fields: fields))))
        #expect(
            String(decoding: line.bytes, as: UTF8.self).contains(
                #"["X","\udce9é\udced\udca0\udc80\u007f\udcf0\udc9f"]"#))
        #expect(try JournalLine(line.bytes) == line)
    }

    @Test func `random entries come back as they were`() throws {
        var random = SeededGenerator(seed: 5)
        for number in 0..<3000 as Range<UInt64> {
            let line = JournalLine.entry(.random(number, &random))
            let read = try JournalLine(line.bytes)
            guard read == line else {
                Issue.record("entry \(number) of seed 5: \(line) came back as \(read)")
                return
            }
        }
        #expect(try JournalLine(JournalLine.header(header).bytes) == .header(header))
    }

    @Test func `lines are appended, not replaced`() {
        var bytes = Array("before\n".utf8)
        JournalLine.header(header).append(to: &bytes)
        #expect(bytes == Array("before\n".utf8) + JournalLine.header(header).bytes)
    }

    struct BadLine: CustomTestStringConvertible {
        var line: String
        var offset: Int
        var message: String
        var testDescription: String { message }
    }

    @Test(arguments: [
        BadLine(line: "", offset: 0, message: "the text ends where a value should stand"),
        BadLine(line: "[]", offset: 0, message: "expected an object"),
        BadLine(line: #"{"number":1}"#, offset: 0, message: "\"at\" is missing"),
        BadLine(line: #"{"number":1,"number":2}"#, offset: 21, message: "\"number\" stands twice"),
        BadLine(line: #"{"number":1.5}"#, offset: 10, message: "expected an integer of 64 bits"),
        BadLine(line: #"{"number":-1}"#, offset: 10, message: "expected an integer of 64 bits"),
        BadLine(
            line: #"{"number":1,"at":1,"exchange":1,"event":"ended"}"#, offset: 40, message: "unknown event"),
        BadLine(
            line: #"{"number":1,"at":1,"exchange":1,"event":"aborted","reason":"why"}"#, offset: 59,
            message: "unknown reason"),
        BadLine(
            line: #"{"number":1,"at":1,"exchange":1,"event":"replied","status":1,"fields":[["a"]]}"#, offset: 71,
            message: "expected a name and a value"),
        BadLine(line: #"{"journal":2}"#, offset: 11, message: "this journal has a version that is not 1"),
        BadLine(line: #"{"journal":1} {}"#, offset: 14, message: "nothing may follow the value"),
        BadLine(
            line: #"{"journal":1,"origin":{"seconds":0,"nanoseconds":1000000000}}"#, offset: 49,
            message: "not within a second"),
    ])
    func `an error names its place`(_ example: BadLine) {
        #expect(throws: JSONSyntaxError(offset: example.offset, message: example.message)) {
            try JournalLine(Array(example.line.utf8))
        }
    }

    @Test func `unknown keys are passed over`() throws {
        let line = #"{"number":1,"at":2,"exchange":3,"new":{"a":[1,null]},"event":"completed"}"#
        #expect(
            try JournalLine(Array(line.utf8))
                == .entry(JournalEntry(number: 1, instant: Instant(nanoseconds: 2), exchange: 3, event: .completed)))
    }

    @Test(arguments: [2, 31, 32, 33, 200]) func `a key that stands twice is found among many`(count: Int) {
        let keys = (1..<count).map { "\"k\($0)\":0" }.joined(separator: ",")
        let line = "{\(keys),\"k1\":0}"
        #expect(throws: JSONSyntaxError(offset: line.utf8.count - 2, message: "\"k1\" stands twice")) {
            try JournalLine(Array(line.utf8))
        }
    }
}
