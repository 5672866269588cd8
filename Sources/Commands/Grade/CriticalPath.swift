internal import Grading
internal import HTTPSemantics

/// The longest chain of waits that a grading needs: how long it would take if every run started as soon as a rule
/// wanted it, whatever else goes on. No schedule can be faster, so it is what a schedule is held against.
///
/// Two things cannot go on at once even so: runs that want to be alone follow each other, and no timed run goes on
/// beside them.
struct CriticalPath {
    /// A length of time, in seconds, and how much of it timed runs take.
    private struct Chain {
        var seconds = 0.0
        var timed = 0.0

        mutating func join(_ other: Chain) {
            (seconds, timed) = (max(seconds, other.seconds), max(timed, other.timed))
        }
    }

    /// When each run of a kind could have started at the earliest.
    private var starts: [RunRequest.Kind: [Chain]] = [:]
    private var ends: [RunSchedule.Unit: Chain] = [:]
    /// What each rule has asked for so far, by its id.
    private var wishes: [String: [RunRequest.Kind: Int]] = [:]
    /// When the last of the runs that are alone has ended, and how long they took together.
    private var aloneEnd = 0.0
    private var aloneTotal = 0.0
    private var longest = Chain()

    /// In seconds; `nil` while nothing has been run.
    var seconds: Double? { ends.isEmpty ? nil : max(longest.seconds, longest.timed + aloneTotal) }

    /// A rule asks for runs: those that are new could start once all that it asked for before has ended.
    mutating func want(_ requests: [RunRequest], by rule: String) {
        var known = Chain()
        for (kind, count) in wishes[rule] ?? [:] {
            for number in 0..<count { known.join(ends[RunSchedule.Unit(kind: kind, number: number)] ?? Chain()) }
        }
        for request in requests {
            var starts = starts[request.kind] ?? []
            for number in 0..<request.count {
                if number >= starts.count {
                    starts.append(known)
                } else if known.seconds < starts[number].seconds {
                    starts[number] = known
                }
            }
            self.starts[request.kind] = starts
            wishes[rule, default: [:]][request.kind] = max(wishes[rule]?[request.kind] ?? 0, request.count)
        }
    }

    /// A run has ended, so long after its start.
    mutating func finish(_ unit: RunSchedule.Unit, after duration: Duration) {
        let seconds = duration.inSeconds
        let start = starts[unit.kind].flatMap { $0.count > unit.number ? $0[unit.number] : nil } ?? Chain()
        var end = Chain(seconds: start.seconds + seconds, timed: start.timed)
        switch unit.kind.pacing {
        case .free: break
        case .timed: end.timed += seconds
        case .alone:
            end.seconds = max(start.seconds, aloneEnd) + seconds
            aloneEnd = end.seconds
            aloneTotal += seconds
        }
        ends[unit] = end
        longest.join(end)
    }
}
