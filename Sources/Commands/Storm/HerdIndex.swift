internal import Grading
internal import HTTPSemantics
internal import Journal

/// How closely the workers of a herd come back together, retry by retry: the share of pairs that lie within 50 ms.
struct HerdIndex: Hashable, Sendable {
    /// For the first retry, the second and so on; `nil` where too few workers came back, or they had not been refused
    /// together.
    var rounds: [Double?]

    /// What one herd showed.
    ///
    /// - Parameter exchanges: of one lane, in which each worker calls a target of its own.
    init(_ exchanges: [Exchange], workers: Int) {
        let calls = Dictionary(grouping: exchanges, by: \.arrival.target).values
        rounds = (1...StormSettings.herdRounds).map { round in
            let refused = calls.compactMap { call in
                call.count >= round ? call[round - 1].repliedAt.map { ($0 - .zero).inSeconds } : nil
            }
            let back = calls.compactMap { $0.count > round ? ($0[round].arrivedAt - .zero).inSeconds : nil }
            guard Double(back.count) >= Self.leastShare * Double(workers), back.count >= 2,
                Sample(refused).range <= StormSettings.coincidence.inSeconds
            else { return nil }
            return pairCoincidence(back, window: StormSettings.coincidence.inSeconds)
        }
    }

    /// The mean of several herds, round by round.
    init(meanOf herds: [HerdIndex]) {
        rounds = (0..<StormSettings.herdRounds).map { round in
            let values = herds.compactMap { $0.rounds[round] }
            return values.isEmpty ? nil : Sample(values).mean
        }
    }

    /// Fewer workers that come back are no herd that could be measured.
    static let leastShare = 0.8

    /// The mean of all rounds; `nil` where there is none.
    var mean: Double? {
        let values = rounds.compactMap(\.self)
        return values.isEmpty ? nil : Sample(values).mean
    }

    /// The share of coincidences that are gone, compared round by round with a client that has none of the jitter;
    /// `nil` where there is nothing to compare. Below zero where there are more.
    func eliminated(against reference: HerdIndex) -> Double? {
        let pairs = zip(rounds, reference.rounds).compactMap { own, other in
            own.flatMap { own in other.map { (own, $0) } }
        }
        let base = Sample(pairs.map(\.1)).mean
        guard base > 0 else { return nil }
        return 1 - Sample(pairs.map(\.0)).mean / base
    }
}
