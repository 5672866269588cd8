/// A figure that is watched.
struct Guarded: Sendable {
    let name: String
    let unit: String
    /// How far above the kept figure it may be. A tenth where nothing but our code decides; more where the machine does.
    let margin: Double
    let measure: @Sendable (Workshop) throws -> Double

    static let all: [Guarded] =
        RequestPath.all.map { path in
            Guarded(name: "instructions-\(path.name)", unit: "instructions", margin: 1.10, measure: path.ours)
        } + [
            // Beside the floor, because machines differ; and with room, because so do their loaders and disks.
            Guarded(name: "start", unit: "× the C floor", margin: 1.5) { workshop in
                let times = try Start.times(workshop, rounds: 15)
                return Summary.ratio(times.ours, to: times.floor)
            },
            Guarded(name: "memory-key", unit: "bytes", margin: 1.10) { workshop in
                let server = try RetrogradeServer(
                    workshop, fixture: Workshop.fixture("buckets"), path: "/v1/models", settings: KeyCost.settings)
                // Fewer, and what else grows in steps is counted as theirs: 232 to 276 bytes with 100,000.
                return try KeyCost.memoryPerKey(server, keys: 1_000_000, workshop)
            },
        ]
}
