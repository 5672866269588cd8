internal import Fixtures
internal import RateLimiting

/// How far a route's script has come, for everybody or for each caller or call.
///
/// All that is kept of a script is how often it was asked, how often it was played, and how often each conditional
/// reply of bounded length was given; which reply comes next follows from the route.
struct ScriptProgress: Sendable {
    /// A reply with a condition, which is asked before the script and does not advance it.
    private struct Interruption {
        /// Among the route's replies.
        var position: Int
        /// `Int.max`: as often as its condition holds.
        var times: Int
    }

    /// One script's state.
    private struct Count {
        var asked = 0
        var played = 0
        /// How often each interruption was given.
        var given: [Int]
    }

    private let interruptions: [Interruption]
    /// The replies without a condition, as positions among the route's.
    private let steps: [Int]
    /// How many requests the steps up to each one answer together.
    private let cumulative: [Int]
    private let ending: ScriptEnding
    /// Steps that are meant to be consumed; see ``ScriptAccount``.
    private let boundedSteps: Int
    private let boundedInterruptions: Int
    private var common: Count
    private var countByKey: KeyTable<Count>?
    private var begun = 0
    private var consumed = 0
    /// How often any script of the route was asked.
    private var asked = 0

    init(_ route: Route, keyCapacity: Int) {
        interruptions = route.replies.indices.filter { route.replies[$0].condition != nil }
            .map { Interruption(position: $0, times: route.replies[$0].times) }
        steps = route.replies.indices.filter { route.replies[$0].condition == nil }
        cumulative = steps.reduce(into: []) { sums, step in
            sums.append(Self.sum(sums.last ?? 0, max(0, route.replies[step].times)))
        }
        ending = route.ending
        let total = cumulative.last ?? 0
        let lastIsUnbounded =
            ending == .hold
            && steps.last { route.replies[$0].times > 0 }
                .map { route.replies[$0].times } == 1
        boundedSteps = lastIsUnbounded ? total - 1 : total
        boundedInterruptions = interruptions.reduce(0) { $1.times == .max ? $0 : Self.sum($0, $1.times) }
        common = Count(given: interruptions.map { _ in 0 })
        countByKey = route.scriptScope == .route ? nil : KeyTable(capacity: keyCapacity)
    }

    /// Whether any of its replies has a condition.
    var isConditional: Bool { !interruptions.isEmpty }

    private static func sum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }

    /// Counts a request and says which one it is, from 1, and the position of its reply: that of the first
    /// interruption that holds, else the script's next; `nil` where the script is exhausted.
    ///
    /// - Parameter holds: whether the condition of the reply at a position holds, the route's script being asked for
    ///   the time with this number.
    mutating func next(
        for key: LimitKey, where holds: (_ position: Int, _ number: Int) -> Bool
    ) -> (attempt: Int, reply: Int?) {
        asked += 1
        let holding = interruptions.indices.filter { holds(interruptions[$0].position, asked) }
        var turn = Turn()
        if countByKey == nil {
            turn = take(&common, holding)
        } else {
            // The common count stays as it began where each key has its own. Taken out while it is changed: the
            // change reads the rest of this value.
            var counts = countByKey.take()
            counts?.update(key, fresh: common, isSpent: { _ in false }, change: { turn = take(&$0, holding) })
            countByKey = counts
        }
        if turn.attempt == 1 { begun += 1 }
        if turn.isBounded { consumed += 1 }
        return (turn.attempt, turn.reply)
    }

    /// The reply that ``next(for:where:)`` would give, without counting the request.
    func upcoming(for key: LimitKey, where holds: (_ position: Int, _ number: Int) -> Bool) -> Int? {
        let holding = interruptions.indices.filter { holds(interruptions[$0].position, asked + 1) }
        var count = countByKey?[key] ?? common
        return take(&count, holding).reply
    }

    private struct Turn {
        var attempt = 0
        var reply: Int?
        var isBounded = false
    }

    private func take(_ count: inout Count, _ holding: [Int]) -> Turn {
        count.asked += 1
        for index in holding where count.given[index] < interruptions[index].times {
            let interruption = interruptions[index]
            count.given[index] += 1
            return Turn(attempt: count.asked, reply: interruption.position, isBounded: interruption.times != .max)
        }
        count.played += 1
        return Turn(attempt: count.asked, reply: step(count.played), isBounded: count.played <= boundedSteps)
    }

    /// The position of the script's reply with a number, `nil` where the script is exhausted.
    private func step(_ number: Int) -> Int? {
        guard let total = cumulative.last, total > 0 else { return nil }
        var number = number
        if number > total {
            switch ending {
            case .hold: number = total
            case .loop: number = (number - 1) % total + 1
            case .fail: return nil
            }
        }
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] >= number { high = middle } else { low = middle + 1 }
        }
        return steps[low]
    }

    /// Scripted and consumed replies of all scripts that were begun, of one at least.
    var account: (scripted: Int, consumed: Int) {
        let bounded = Self.sum(boundedSteps, boundedInterruptions)
        let (scripted, overflow) = bounded.multipliedReportingOverflow(by: max(1, begun))
        return (overflow ? .max : scripted, consumed)
    }
}
