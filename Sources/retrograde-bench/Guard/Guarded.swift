/// A figure that is watched.
struct Guarded: Sendable {
    let name: String
    let unit: String
    /// How far above the kept figure it may be, as a factor.
    let margin: Double
    /// How often it is measured at the most. What else runs on the machine only ever adds to a time, so the lowest of
    /// several counts; instructions and memory are the same each time.
    var attempts = 1
    /// What shows where a growth comes from.
    let advice: String
    let measure: @Sendable (Workshop) throws -> Double

    static let all: [Guarded] =
        RequestPath.all.map { path in
            Guarded(
                name: "instructions-\(path.name)", unit: "instructions a request", margin: 1.10,
                advice: """
                    "valgrind --tool=callgrind retrograde serve …" before and after the change, then callgrind_annotate: \
                    \(path.what)
                    """, measure: path.ours)
        } + [
            // Time on a processor, not elapsed: on a busy machine both sides wait for a core, and ratios go to 1. Beside
            // the floor in turns, because machines differ, and so do their loaders and disks.
            Guarded(
                name: "start", unit: "times the C floor's time on a processor", margin: 1.10, attempts: 4,
                advice: "\"perf record retrograde serve …\", \"LD_DEBUG=statistics\": what runs before the ready line"
            ) { workshop in
                let starts = try Start.starts(workshop, rounds: 31)
                return Spread(starts.ours.map(\.processor), to: starts.floor.map(\.processor)).median
            },
            Guarded(
                name: "memory-key", unit: "bytes", margin: 1.10,
                advice: "the size of what a limiter stores for a key, and of the key itself"
            ) { workshop in
                let server = try RetrogradeServer(
                    workshop, fixture: Workshop.fixture("buckets"), path: "/v1/models", settings: KeyCost.settings)
                // Fewer, and what else grows in steps is counted as theirs: 232 to 276 bytes with 100,000.
                return try KeyCost.memoryPerKey(server, keys: 1_000_000, workshop)
            },
        ]

    /// The figure beside the kept one; the lowest where it is measured again because it was above.
    func check(against kept: Double, _ measureOnce: () throws -> Double) rethrows -> GuardVerdict {
        var lowest = Double.infinity
        for _ in 0..<attempts {
            lowest = min(lowest, try measureOnce())
            if lowest <= kept * margin { break }
        }
        return GuardVerdict(guarded: self, value: lowest, kept: kept)
    }
}
