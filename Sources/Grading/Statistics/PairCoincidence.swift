/// Do workers come back together? The share of pairs whose arrivals are at most `window` apart.
///
/// For arrivals that are uniform over a width D its expectation is 2 (window / D) - (window / D)², whatever the
/// number of workers. (The share of workers with a neighbour within the window saturates with their number and says
/// nothing.)
///
/// - Parameters:
///   - arrivals: in seconds, in any order. Fewer than two give 0.
///   - window: in seconds.
public func pairCoincidence(_ arrivals: [Double], window: Double) -> Double {
    let sorted = arrivals.sorted()
    guard sorted.count >= 2 else { return 0 }
    var pairs = 0
    var first = 0
    for last in sorted.indices {
        while sorted[last] - sorted[first] > window { first += 1 }
        pairs += last - first
    }
    return Double(pairs) / Double(sorted.count * (sorted.count - 1) / 2)
}

/// What ``pairCoincidence(_:window:)`` expects of a uniform spread over a width.
public func expectedPairCoincidence(window: Double, width: Double) -> Double {
    guard width > window else { return 1 }
    let share = window / width
    return 2 * share - share * share
}

/// The largest share of arrivals in any window of this length: the picture of the load. Biased upwards for few
/// workers, so it is shown and not judged.
public func peakShare(_ arrivals: [Double], window: Double) -> Double {
    let sorted = arrivals.sorted()
    guard !sorted.isEmpty else { return 0 }
    var most = 0
    var first = 0
    for last in sorted.indices {
        while sorted[last] - sorted[first] > window { first += 1 }
        most = max(most, last - first + 1)
    }
    return Double(most) / Double(sorted.count)
}
