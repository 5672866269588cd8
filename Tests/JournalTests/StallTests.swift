import HTTPSemantics
import Journal
import Testing

struct StallTests {
    private func stalls(_ milliseconds: [(Int64, Int64)]) -> [Stall] {
        milliseconds.map {
            Stall(from: .zero + .milliseconds($0.0), until: .zero + .milliseconds($0.1))
        }
    }

    @Test func `stalls that overlap are one, those that touch are not`() {
        #expect(
            Stall.inOrder(stalls([(50, 60), (10, 20), (15, 40), (12, 13), (60, 70)]))
                == stalls([(10, 40), (50, 60), (60, 70)]))
        #expect(Stall.inOrder([]) == [])
    }

    @Test func `a journal's stalls come in order`() {
        let entries = stalls([(30, 40), (0, 10)]).enumerated().map { number, stall in
            JournalEntry(number: UInt64(number), instant: stall.until, exchange: 0, event: .stalled(stall))
        }
        #expect(Exchange.gather(entries).stalls == stalls([(0, 10), (30, 40)]))
    }
}
