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
}
