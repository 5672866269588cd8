internal import Fixtures
internal import RateLimiting

/// How far a route's script has come, for everybody or for each caller or call.
///
/// All that is kept of a script is how often it was asked; which reply that means follows from the route.
struct ScriptProgress: Sendable {
    /// How many requests the replies up to each one answer together.
    private let cumulative: [Int]
    private let ending: ScriptEnding
    /// Replies that are meant to be consumed; see ``ScriptAccount``.
    private let bounded: Int
    private var asked = 0
    private var askedByKey: KeyTable<Int>?
    private var begun = 0
    private var consumed = 0

    init(_ route: Route, keyCapacity: Int) {
        var sum = 0
        cumulative = route.replies.map { reply in
            sum = sum.addingReportingOverflow(max(0, reply.times)).overflow ? .max : sum + max(0, reply.times)
            return sum
        }
        ending = route.ending
        let lastIsUnbounded = ending == .hold && route.replies.last { $0.times > 0 }?.times == 1
        bounded = lastIsUnbounded ? sum - 1 : sum
        askedByKey = route.scriptScope == .route ? nil : KeyTable(capacity: keyCapacity)
    }

    /// Counts a request and says which one it is, from 1.
    mutating func ask(_ key: LimitKey) -> Int {
        var attempt = 0
        if askedByKey == nil {
            asked += 1
            attempt = asked
        } else {
            askedByKey?.update(
                key, fresh: 0, isSpent: { _ in false },
                change: { count in
                    count += 1
                    attempt = count
                })
        }
        if attempt == 1 { begun += 1 }
        if attempt <= bounded { consumed += 1 }
        return attempt
    }

    /// The position of the reply to the request with a number, `nil` where the script is exhausted.
    func reply(to attempt: Int) -> Int? {
        guard let total = cumulative.last, total > 0 else { return nil }
        var number = attempt
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
        return low
    }

    /// Scripted and consumed replies of all scripts that were begun, of one at least.
    var account: (scripted: Int, consumed: Int) {
        let (scripted, overflow) = bounded.multipliedReportingOverflow(by: max(1, begun))
        return (overflow ? .max : scripted, consumed)
    }
}
