/// When a reply is given ahead of its script: all that it says must hold.
public struct Condition: Hashable, Sendable {
    /// The state in which the upstream must be, a position in ``Fixture/states``; `nil`: any.
    public var state: Int?
    /// `nil`: always.
    public var chance: Chance?
    /// What must be true of the request; all of it.
    public var request: [RequestCondition]
    /// How long after the lane began, or was reset, it begins to hold.
    public var from: Duration
    /// When it no longer holds; `nil`: never.
    public var until: Duration?

    public init(
        state: Int? = nil, chance: Chance? = nil, request: [RequestCondition] = [], from: Duration = .zero,
        until: Duration? = nil
    ) {
        self.state = state
        self.chance = chance
        self.request = request
        self.from = from
        self.until = until
    }
}

/// A probability, fixed or one that changes evenly over a time and then stays.
public struct Chance: Hashable, Sendable {
    /// A certainty in the unit of ``start`` and ``end``.
    public static let whole = 1_000_000

    /// In millionths, 0 to ``whole``.
    public var start: Int
    public var end: Int
    /// From the beginning of the condition; zero: ``end`` at once.
    public var over: Duration

    public init(from start: Int, to end: Int, over: Duration) {
        self.start = start
        self.end = end
        self.over = over
    }

    /// The same at all times.
    public init(_ millionths: Int) { self.init(from: millionths, to: millionths, over: .zero) }
}
