import HTTPSemantics
import Journal

/// The pause between a response and the next request of the same call.
struct Gap: Hashable, Sendable {
    /// Which retry it precedes, from 1.
    var number: Int
    /// a_next - s-, in seconds: the client waited at most this long.
    var waited: Double
    /// a_next - s+, in seconds: what remains when the sending of the response is not counted.
    var waitedAfterEnd: Double
    /// A stall of the server was near either end: no sample for statistics.
    var isDisturbed: Bool
    /// By how much stalls may have delayed the second request's stamp, in seconds. What stalls before a stamp delays
    /// it; what stalls after it does not.
    var arrivalDoubt: Double
    /// By how much stalls may have delayed the first response on its way, in seconds.
    var responseDoubt: Double

    /// By how much the client may have waited less than it seems, in seconds.
    var doubt: Double { arrivalDoubt + responseDoubt }

    /// The client waited at least this long, whatever the stalls hid, in seconds.
    var certainlyWaited: Double { waited - doubt }

    /// `nil` where the first was never answered, or where the second did not wait for the answer.
    static func between(_ first: Exchange, _ second: Exchange, number: Int, stalls: [Stall]) -> Gap? {
        guard let replied = first.repliedAt, second.arrivedAt >= replied else { return nil }
        let ended = min(first.endedAt ?? replied, second.arrivedAt)
        let nearResponse = stalls.near(replied)
        let nearArrival = stalls.near(second.arrivedAt)
        return Gap(
            number: number, waited: (second.arrivedAt - replied).inSeconds,
            waitedAfterEnd: (second.arrivedAt - ended).inSeconds,
            isDisturbed: !nearResponse.isEmpty || !nearArrival.isEmpty,
            arrivalDoubt: nearArrival.length(until: second.arrivedAt),
            responseDoubt: nearResponse.length(from: replied))
    }
}

extension [Stall] {
    /// Whether any of them puts a stamp of this instant in doubt.
    func areNear(_ instant: Instant) -> Bool { !near(instant).isEmpty }

    /// Those that put a stamp of this instant in doubt.
    ///
    /// They are in order, as ``Stall/inOrder(_:)`` makes them. Among thousands, for each of a million stamps, they are
    /// found by halves.
    fileprivate func near(_ instant: Instant) -> ArraySlice<Stall> {
        var (first, behind) = (startIndex, endIndex)
        while first < behind {
            let middle = first + (behind - first) / 2
            if self[middle].until + Tolerance.stallReach < instant { first = middle + 1 } else { behind = middle }
        }
        return self[first...].prefix { $0.from - Tolerance.stallReach <= instant }
    }
}

extension ArraySlice<Stall> {
    /// How much of the time before or after an instant they take, in seconds; where several overlap, once.
    fileprivate func length(from begin: Instant? = nil, until end: Instant? = nil) -> Double {
        var length = Duration.zero
        var reached = begin
        for stall in sorted(by: { $0.from < $1.from }) {
            let from = reached.map { Swift.max($0, stall.from) } ?? stall.from
            let until = end.map { Swift.min($0, stall.until) } ?? stall.until
            guard until > from else { continue }
            length += until - from
            reached = until
        }
        return length.inSeconds
    }
}

extension Run {
    /// The pauses of the run's call in order; `nil` where two requests overlapped or one was never answered.
    var gaps: [Gap?] { Grading.gaps(of: exchanges, stalls: stalls) }

    /// How long the process ran.
    var duration: Double { (endedAt - startedAt).inSeconds }

    /// How often it tried again.
    var retries: Int { max(0, exchanges.count - 1) }

    /// Why the run is no evidence at all, as a clause; `nil` if it is.
    var defect: String? {
        if dropped > 0 { return "the journal lost \(dropped) entries" }
        if exchanges.isEmpty { return "no request arrived" }
        return nil
    }
}

/// The pauses between the exchanges of one call.
func gaps(of exchanges: [Exchange], stalls: [Stall]) -> [Gap?] {
    guard exchanges.count > 1 else { return [] }
    return (1..<exchanges.count).map {
        Gap.between(exchanges[$0 - 1], exchanges[$0], number: $0, stalls: stalls)
    }
}
