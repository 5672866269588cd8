import HTTPSemantics
import Journal
import Testing

struct JournalTests {
    @Test func `keeps the newest entries and counts the others`() {
        var journal = Journal(capacity: 3)
        for number in 0..<5 as Range<Int64> {
            journal.append(.completed, exchange: UInt64(number), at: Instant(nanoseconds: number))
        }
        #expect(journal.dropped == 2)
        #expect(journal.entries().map(\.number) == [2, 3, 4])
        #expect(journal.entries(since: 1).map(\.number) == [2, 3, 4])
        #expect(journal.entries(since: 4).map(\.exchange) == [4])
        #expect(journal.entries(since: 5).isEmpty)
    }

    @Test func `begins anew`() {
        var journal = Journal(capacity: 1)
        journal.append(.completed, exchange: 1, at: .zero)
        journal.append(.completed, exchange: 2, at: .zero)
        journal.reset()
        #expect(journal.entries().isEmpty && journal.dropped == 0 && journal.nextNumber == 0)
        journal.append(.completed, exchange: 1, at: .zero)
        #expect(journal.entries().map(\.number) == [0])
    }

    @Test func `gives back what it was given, whatever that is`() {
        var random = SeededGenerator(seed: 11)
        let capacity = 6000
        var journal = Journal(capacity: capacity)
        var entries: [JournalEntry] = []
        for number in 0..<20_000 as Range<UInt64> {
            let entry = JournalEntry.random(number, &random)
            entries.append(entry)
            journal.append(entry.event, exchange: entry.exchange, at: entry.instant)
            // At the borders of segments, and anywhere else.
            guard number % 997 == 0 || number % 4096 < 2 else { continue }
            let kept = entries.suffix(capacity)
            #expect(journal.dropped == UInt64(entries.count - kept.count))
            #expect(journal.entries().elementsEqual(kept), "after entry \(number)")
        }
        #expect(journal.entries(since: 19_990) == Array(entries.suffix(10)))
    }

    @Test func `repeats an entry as long as it is at hand`() {
        var journal = Journal(capacity: 10_000)
        let head = ReplyHead(status: 429, fields: FieldBlock([("Retry-After", "2")]))
        journal.append(.replied(head), exchange: 1, at: Instant(nanoseconds: 1))
        let isThere = journal.appendRepeated(1, exchange: 2, at: .zero)
        #expect(!isThere, "there is no entry with this number")
        var repeated = 1
        while journal.appendRepeated(0, exchange: UInt64(repeated + 1), at: Instant(nanoseconds: Int64(repeated + 1))) {
            repeated += 1
        }
        #expect(repeated == 4096, "a segment is full")
        journal.append(.completed, exchange: 1, at: .zero)
        let isAtHand = journal.appendRepeated(0, exchange: 1, at: .zero)
        #expect(!isAtHand)
        let entries = journal.entries()
        #expect(entries.count == repeated + 1)
        for (index, entry) in entries.dropLast().enumerated() {
            #expect(entry.number == UInt64(index) && entry.exchange == UInt64(index + 1))
            #expect(entry.instant == Instant(nanoseconds: Int64(index + 1)) && entry.event == .replied(head))
        }
    }

    @Test func `a reader sees secrets redacted, and a repeated request as it was`() throws {
        var journal = Journal()
        journal.appendArrival(
            connection: 1, method: "GET", target: Array("/a?key=s".utf8),
            fields: FieldBlock([("Authorization", "t"), ("Host", "h")]), peer: "127.0.0.1:1", exchange: 1, at: .zero)
        let isRepeated = journal.appendRepeated(0, exchange: 2, at: .zero)
        #expect(isRepeated)
        for entry in journal.entries(redaction: Redaction { "<\(String(decoding: $0, as: UTF8.self))>" }) {
            guard case .arrived(let arrival) = entry.event else { throw NotArrived() }
            #expect(arrival.target == "/a?key=redacted:<s>")
            #expect(arrival.fields == FieldBlock([("Authorization", "redacted:<t>"), ("Host", "h")]))
        }
    }

    private struct NotArrived: Error {}
}
