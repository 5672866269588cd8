import HTTPSemantics
import Journal

/// One round: when the workers were let go and when they came back.
struct Release {
    /// Civil time less that of the first release, in seconds.
    var releases: [Double] = []
    var arrivals: [Double] = []
    var delays: [Double] = []
    var workers: Int
    var problem: String?

    init(_ runs: [Run], failures: Int) {
        workers = runs.count
        problem = runs.compactMap(\.defect).first
        if runs.contains(where: { abs($0.clockStep.inSeconds) > Tolerance.clockStep.inSeconds }) {
            problem = "the machine's civil clock moved"
        }
        let start = runs.first.map { $0.wall.time(at: $0.startedAt) }
        for run in runs {
            guard let origin = start, run.exchanges.count >= failures, failures > 0 else { continue }
            let refusal = run.exchanges[failures - 1]
            guard let released = refusal.repliedAt else { continue }
            releases.append((run.wall.time(at: released) - origin).inSeconds)
            // A stall shorter than the window cannot make a pair of two that lay apart.
            guard run.exchanges.count > failures, let gap = run.gaps[failures - 1],
                gap.doubt <= 0.05 * gap.waited
            else { continue }
            arrivals.append((run.wall.time(at: run.exchanges[failures].arrivedAt) - origin).inSeconds)
            delays.append(gap.waited)
        }
    }

    var window: Double { max(0.01, 0.05 * Sample(delays).median) }
    var pairIndex: Double { pairCoincidence(arrivals, window: window) }

    /// Why it cannot be used, as a clause.
    func flaw(_ delay: Double) -> String? {
        if let problem { return problem }
        if Double(releases.count) < Tolerance.keptShare * Double(workers) {
            return "only \(releases.count) of \(workers) workers came that far"
        }
        let spread = Sample(releases).range
        if spread > delay / 10 { return "the workers were not refused together but over \(Wording.span(spread))" }
        if Double(arrivals.count) < Tolerance.keptShare * Double(workers) {
            return "only \(arrivals.count) of \(workers) workers came back undisturbed"
        }
        return nil
    }

    var description: String {
        "pair index \(Wording.decimal(pairIndex, places: 2)), \(arrivals.count) retries over "
            + Wording.span(Sample(arrivals).range)
    }
}
