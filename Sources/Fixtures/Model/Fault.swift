/// `fault: { after: request, then: reset }`: where an exchange breaks, and how.
public struct Fault: Hashable, Sendable {
    public var point: Point
    public var action: Action
    /// How slowly a trickle comes.
    public var pace: Pace

    public init(point: Point, action: Action, pace: Pace = .trickle) {
        self.point = point
        self.action = action
        self.pace = pace
    }

    /// Where the exchange breaks.
    public enum Point: Hashable, Sendable {
        /// The header section of the request has been read, its body has not.
        case requestHeaders
        /// So many bytes of the request body have been read, or all of it where it is shorter.
        case requestBytes(Int)
        /// The whole request has been read; nothing is answered.
        case request
        /// So many hundredths of the response's header section, status line included, have been sent.
        case headers(percent: Int)
        /// The header section and so many bytes of the response body have been sent.
        case bytes(Int)
        /// The header section and so many hundredths of the response body have been sent.
        case percent(Int)

        /// The whole header section.
        public static let headers = Point.headers(percent: 100)

        /// Whether it is reached before the request is complete.
        public var isWithinRequest: Bool {
            switch self {
            case .requestHeaders, .requestBytes: true
            case .request, .headers, .bytes, .percent: false
            }
        }

        /// As a fixture names it.
        public var text: String {
            switch self {
            case .requestHeaders: "request-headers"
            case .requestBytes(let count): "request \(count) B"
            case .request: "request"
            case .headers(percent: 100): "headers"
            case .headers(let percent): "headers \(percent) %"
            case .bytes(let count): "\(count) B"
            case .percent(let percent): "\(percent) %"
            }
        }
    }

    /// How it breaks.
    public enum Action: String, Hashable, Sendable, CaseIterable {
        /// TCP RST.
        case reset
        /// TCP FIN, under TLS after its close_notify.
        case close
        /// TCP FIN, under TLS without its close_notify: the client cannot know whether somebody cut the connection.
        case closeWithoutNotify = "close-without-notify"
        /// Nothing more comes, and the connection stays.
        case stall
        /// Bytes that are no HTTP, then FIN.
        case garbage
        /// The rest of the response comes a few bytes at a time.
        case trickle
        /// The reply goes out whole although the request is still coming; what comes of it after that is counted.
        case reply
    }

    /// Whether not a byte of a response is sent.
    public var isSilent: Bool {
        guard action != .reply else { return false }
        return switch point {
        case .requestHeaders, .requestBytes: true
        case .request: action != .trickle
        case .headers, .bytes, .percent: false
        }
    }

    /// As a fixture's author would say it: `after request: reset`.
    public var text: String { "after \(point.text): \(action.rawValue)" }
}

/// How fast bytes are sent.
public struct Pace: Hashable, Sendable {
    /// So many at a time, at least one.
    public var bytes: Int
    /// The time from one piece to the next.
    public var every: Duration

    public init(bytes: Int, every: Duration) {
        self.bytes = bytes
        self.every = every
    }

    /// The pieces of a bandwidth, each worth 10 ms, or one byte where that is longer.
    ///
    /// - Parameter bytesPerSecond: at least 1.
    public init(bytesPerSecond: Int64) {
        let bytes = max(1, bytesPerSecond / 100)
        self.init(bytes: Int(bytes), every: .nanoseconds(bytes * 1_000_000_000 / bytesPerSecond))
    }

    /// One byte in a tenth of a second.
    public static let trickle = Pace(bytes: 1, every: .milliseconds(100))
}
