import Grading
import HTTPSemantics

/// A client as a function: what it does after each response.
struct SimulatedClient: Sendable {
    var name: String
    /// After a response that does not satisfy it: the wait in seconds, or `nil` to give up.
    var wait: @Sendable (_ failure: Failure, _ generator: inout SeededGenerator) -> Double?
    /// What it exits with when it gives up.
    var exitCode: Int32 = 22
    /// The fields of each of its requests, from the number of the attempt.
    var fields: @Sendable (_ attempt: Int) -> [(String, String)] = { _ in [] }
    /// The digest of its body at each attempt.
    var digest: @Sendable (_ attempt: Int) -> String = { _ in "aa" }
    /// How long it waits for an answer, in seconds; `nil`: for ever.
    var timeout: Double?
    /// Whether it forgets to close an attempt that timed out.
    var leavesOpen = false
    var deadline = Deadline.cutsOff
    /// The seed of its random numbers, from the number of the worker and of the round; `nil`: a fresh one.
    var seeds: @Sendable (_ worker: Int, _ round: Int) -> UInt64? = { _, _ in nil }
    /// More fields where it makes many calls, from the number of its process, of the call and of the attempt.
    var callFields: @Sendable (_ process: Int, _ call: Int, _ attempt: Int) -> [(String, String)] = { _, _, _ in [] }
    /// What its calls have in common, where it makes many.
    var restraint: @Sendable () -> (any SharedRestraint)? = { nil }
    /// Whether it begins its calls at the rate it is told.
    var paces = true
    /// Whether it sees that a response is incomplete.
    var noticesTruncation = true
    var followsRedirects = true
    /// How long it waits before it follows one, from its Retry-After, in seconds.
    var redirectWait: @Sendable (_ hint: Double?) -> Double = { _ in 0.001 }
    /// Whether it sends its credentials to wherever it is redirected.
    var leaksCredentials = false

    /// What it does with a deadline.
    enum Deadline {
        case ignored
        /// It looks at the clock before it waits, but not at what the wait will make of it.
        case looksBeforeWaiting
        /// It is over at the deadline, whatever goes on.
        case cutsOff
        /// As well, and at once where the wait would reach beyond it.
        case failsFast

        /// Whether it bounds the wait for an answer too.
        var cuts: Bool { self == .cutsOff || self == .failsFast }
    }

    struct Failure: Sendable {
        /// 0 where the connection broke without a response.
        var status: Int
        var retryAfter: String?
        /// The wall time at which the response came.
        var received: WallTime
        /// From 1.
        var attempt: Int
        var method: String
        var fields = FieldBlock()
    }
}

/// The pieces that the policies below are made of.
extension SimulatedClient {
    static let retryable: Set<Int> = [408, 429, 500, 502, 503, 504]

    enum Jitter {
        case none, full, equal
        case share(Double)
        case quarterDown
    }

    /// A well-known kind of client: exponential delays, an attempt cap, and Retry-After as a floor.
    ///
    /// - Parameters:
    ///   - honours: what it does with a hint: the wait in seconds or `nil` where it does not understand.
    static func exponential(
        _ name: String, base: Double = 1, factor: Double = 2, cap: Double = 600, attempts: Int = 5,
        jitter: Jitter = .none, statuses: Set<Int> = retryable, retriesPOST: Bool = false,
        honours: @escaping @Sendable (Failure) -> Double? = { understood($0) }
    ) -> SimulatedClient {
        SimulatedClient(name: name) { failure, generator in
            guard failure.attempt < attempts else { return nil }
            guard statuses.contains(failure.status) || (failure.status == 0 && (failure.method == "GET" || retriesPOST))
            else { return nil }
            let exponent = failure.attempt - 1
            let plain = min(cap, base * (0..<exponent).reduce(1.0) { product, _ in product * factor })
            let own = draw(plain, jitter, &generator)
            guard let hinted = honours(failure) else { return own }
            // Jitter goes on top of an announced wait, never below it.
            if case .none = jitter { return max(hinted, 0) }
            return max(hinted, 0) + Double.random(in: 0...0.1, using: &generator)
        }
    }

    static func draw(_ delay: Double, _ jitter: Jitter, _ generator: inout SeededGenerator) -> Double {
        switch jitter {
        case .none: delay
        case .full: Double.random(in: 0...delay, using: &generator)
        case .equal: delay / 2 + Double.random(in: 0...delay / 2, using: &generator)
        case .share(let share): delay * Double.random(in: 1 - share...1 + share, using: &generator)
        case .quarterDown: delay * Double.random(in: 0.75...1, using: &generator)
        }
    }

    /// The wait of a well-formed hint, exactly.
    static func understood(_ failure: Failure) -> Double? {
        guard let value = failure.retryAfter else { return nil }
        switch RetryAfter(value, reference: failure.received) {
        case .delay(let seconds): return Double(seconds)
        case .date(let date, _): return (date - failure.received).inSeconds
        case .malformed: return nil
        }
    }
}
