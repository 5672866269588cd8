internal import Journal

/// What a lane has done since it was made, and what it is doing. A reset does not turn the counts back.
struct LaneFigures: Sendable {
    /// How an exchange ended.
    struct Kind: Hashable, Sendable {
        /// What decided, in the word of the journal's file, such as `script` or `limit`; `none` where the request never
        /// became complete.
        var source: String
        /// The status that was sent; 0: none.
        var status: Int
    }

    var name: String
    var exchanges: [Kind: UInt64] = [:]
    var connections: UInt64 = 0
    var inFlight: UInt64 = 0
    var parked: UInt64 = 0
    var entries: UInt64 = 0
    var dropped: UInt64 = 0
    var stalls: UInt64 = 0
}

extension Decision.Source {
    /// The word for it in metrics, which is that of the journal's file.
    var word: String {
        switch self {
        case .script: "script"
        case .limit: "limit"
        case .exhausted: "exhausted"
        case .replayed: "replayed"
        case .keyInUse: "key-in-use"
        case .keyReused: "key-reused"
        case .unmatched: "unmatched"
        case .server: "server"
        }
    }
}
