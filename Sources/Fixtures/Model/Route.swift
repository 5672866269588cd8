/// Which requests a route takes, which limits it stands under, and its script.
public struct Route: Hashable, Sendable {
    public var match: RoutePattern
    /// Positions in the fixture's ``Fixture/limits``.
    public var limits: [Int]
    /// Played in order to the requests that the limits admit. At least one has no condition.
    public var replies: [Reply]
    public var ending: ScriptEnding
    public var scriptScope: ScriptScope

    public init(
        match: RoutePattern, limits: [Int] = [], replies: [Reply], ending: ScriptEnding = .hold,
        scriptScope: ScriptScope = .route
    ) {
        self.match = match
        self.limits = limits
        self.replies = replies
        self.ending = ending
        self.scriptScope = scriptScope
    }
}

/// `POST /v1/models/{id}`, or `* /*` for everything.
public struct RoutePattern: Hashable, Sendable {
    /// `nil` for `*`: any method.
    public var method: String?
    public var segments: [Segment]
    /// The pattern as it was written.
    public var text: String

    public enum Segment: Hashable, Sendable {
        case literal(String)
        /// One non-empty segment, available to templates as `path.NAME`.
        case parameter(String)
        /// The rest of the path, empty or not. Only as the last segment.
        case rest
    }

    public init(method: String?, segments: [Segment], text: String) {
        self.method = method
        self.segments = segments
        self.text = text
    }
}

/// What follows the last reply of a script.
public enum ScriptEnding: String, Hashable, Sendable, CaseIterable {
    /// The last reply is given again and again.
    case hold
    /// The script begins again.
    case loop
    /// 500 with a body that says the script is exhausted.
    case fail
}

/// Who advances a script.
public enum ScriptScope: String, Hashable, Sendable, CaseIterable {
    /// One script for everybody.
    case route
    /// A script for each caller.
    case caller
    /// A script for each logical call: the same Idempotency-Key, else the same method, target and body.
    case call
}
