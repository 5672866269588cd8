/// Two servers under wrk, in turns.
struct Comparison {
    /// Requests a second, as a median of the ratios of neighbours.
    let ratio: Double
    /// Both medians, and the time on a processor for each request.
    let detail: String

    init(_ ours: any BenchServer, _ other: any BenchServer, _ wrk: Wrk, rounds: Int) throws {
        let figures = try Interleaving(rounds: rounds).run([{ try wrk.run(ours) }, { try wrk.run(other) }])
        let rates = figures.map { $0.map(\.requestsPerSecond) }
        let times = figures.map { Summary.median($0.map(\.serverMicroseconds)) }
        ratio = Summary.ratio(rates[0], to: rates[1])
        let both = "\(Summary.median(rates[0]).text())/s and \(Summary.median(rates[1]).text())/s"
        // Servers with processes of their own for the work hide their time there.
        detail = times[1] < 1 ? both : "\(both); \(times[0].text(1)) and \(times[1].text(1)) µs of processor each"
    }
}

extension Line {
    func measured(_ comparison: Comparison) -> Row { measured(comparison.ratio, comparison.detail) }
}
