import Backoff
import HTTPSemantics
import Simulation
import Testing

/// Against an independent implementation of the published model (100 rounds each): clients, calls, completion in ms.
@Suite struct ContentionTests {
    static let reference: [(jitter: Jitter?, calls: [Double], completion: [Double])] = [
        (nil, [154, 685, 2441], [612, 1138, 2053]),
        (Jitter.none, [151, 626, 1844], [14_075, 36_110, 62_904]),
        (.equal, [108, 346, 812], [1646, 4218, 6595]),
        (.full, [100, 333, 797], [954, 2871, 4804]),
        (.decorrelated, [101, 376, 1007], [779, 2106, 4177]),
    ]

    static func tally(_ jitter: Jitter?, clients: Int, rounds: Int = 40) -> ContentionTally {
        var contention = Contention(clients: clients, policy: jitter.map { Contention.published($0) })
        for round in 0..<rounds { contention.run(seed: UInt64(round)) }
        return contention.tally
    }

    @Test(arguments: reference.indices, [20, 50, 100].enumerated().map { ($0.offset, $0.element) })
    func `needs the published number of calls, within a tenth`(row: Int, size: (position: Int, clients: Int)) {
        let calls = Self.tally(Self.reference[row].jitter, clients: size.clients).meanCalls
        #expect(abs(calls / Self.reference[row].calls[size.position] - 1) < 0.1)
    }

    @Test(arguments: [50, 100]) func `orders the kinds as published`(clients: Int) {
        let tallies = Self.reference.map { Self.tally($0.jitter, clients: clients) }
        let calls = tallies.map(\.meanCalls)
        let completion = tallies.map(\.meanCompletion)
        // full < equal < decorrelated < exponential < no backoff
        #expect(calls[3] < calls[2])
        #expect(calls[2] < calls[4])
        #expect(calls[4] < calls[1])
        #expect(calls[1] < calls[0])
        // Without jitter it is slowest by far; decorrelated is faster than full.
        #expect(completion[1] > completion[2] * 5)
        #expect(completion[4] < completion[3])
    }

    @Test func `every client succeeds once in a round`() {
        let tally = Self.tally(.full, clients: 30, rounds: 5)
        #expect(tally.served.reduce(0, +) == 150)
        #expect(tally.offered.reduce(0, +) == tally.calls)
    }
}
