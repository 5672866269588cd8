/// Which waits to announce so that a client that never reads them is found out.
///
/// A client whose own first delay is 5 s obeys "wait 2 s" by luck. So the announced wait is 1.8 times its own
/// longest delay or more. Where that would take too long, runs with and without the field are compared instead, and
/// where they do not differ nothing was shown.
struct AnnouncedWait: Hashable, Sendable {
    /// What to announce, in whole seconds.
    var first: Int
    var second: Int
    /// The client's own delay would hide that it does not read the field.
    var needsComparison: Bool

    init(_ gate: Gate, _ thoroughness: Evidence.Thoroughness) {
        self.init(above: gate.longestOwnDelay ?? 0, thoroughness)
    }

    /// - Parameters:
    ///   - own: the longest delay that the client has without the field, in seconds.
    ///   - least: what is announced at least.
    init(above own: Double, _ thoroughness: Evidence.Thoroughness, atLeast least: Int = 2) {
        let longest =
            switch thoroughness {
            case .quick: 6
            case .standard: 20
            case .full: 60
            }
        let clear = max(least, Int((1.8 * own).rounded(.up)))
        needsComparison = clear > longest
        first = needsComparison ? least : clear
        second = first + 1
    }

    /// Whether delays with an announced wait differ from the client's own: only then does it read the field.
    static func differ(_ announced: [Double], own: [Double]) -> Bool {
        let left = Sample(announced)
        let right = Sample(own)
        guard !left.isEmpty, !right.isEmpty else { return true }
        return abs(left.median - right.median) > max(Tolerance.late(right.median), left.range + right.range)
    }
}

extension Finding {
    /// No wait can be announced that stands out against the client's own delays, and nothing else would show whether
    /// it reads one.
    static func ownDelayTooLong(_ gate: Gate, expected: String) -> Finding {
        Finding(
            .inconclusive, expected: expected,
            actual: "its own delay, \(Wording.wait(gate.longestOwnDelay ?? 0)), is longer than can be asked for")
    }
}
