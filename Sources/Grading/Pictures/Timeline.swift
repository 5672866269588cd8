/// The attempts of calls, a row a call, and the waits that the responses asked for.
public struct Timeline: Hashable, Sendable {
    public var title: String
    public var rows: [Row]

    public init(title: String, rows: [Row]) {
        self.title = title
        self.rows = rows
    }

    /// One call. Its times count from the arrival of its first attempt.
    public struct Row: Hashable, Sendable {
        /// `503, run 2`.
        public var name: String
        /// In order of arrival.
        public var attempts: [Attempt]
        /// In which no attempt was wanted, in order.
        public var windows: [Window]
        /// What became of the client after its last attempt; `nil` where that is not known.
        public var end: End?

        public init(name: String, attempts: [Attempt], windows: [Window] = [], end: End? = nil) {
            self.name = name
            self.attempts = attempts
            self.windows = windows
            self.end = end
        }
    }

    public struct Attempt: Hashable, Sendable {
        /// When it arrived.
        public var at: Double
        /// What it was answered: `503`, `reset`.
        public var answer: String
        public var timing: Timing

        public init(at: Double, answer: String, timing: Timing = .free) {
            self.at = at
            self.answer = answer
            self.timing = timing
        }
    }

    /// How an attempt lies to the wait that the response before it asked for.
    public enum Timing: String, Hashable, Sendable, CaseIterable {
        /// Nothing asked it to wait: a first attempt, or a retry after a response without a hint.
        case free
        /// Before the wait was over.
        case early
        /// Soon after the wait was over.
        case prompt
        /// Long after the wait was over.
        case late
    }

    /// From the sending of a response to the end of the wait that it asked for.
    public struct Window: Hashable, Sendable {
        public var from: Double
        /// May lie far beyond all attempts.
        public var until: Double

        public init(from: Double, until: Double) {
            self.from = from
            self.until = until
        }
    }

    public struct End: Hashable, Sendable {
        public var at: Double
        /// `it exited with 22`.
        public var what: String

        public init(at: Double, what: String) {
            self.at = at
            self.what = what
        }
    }
}
