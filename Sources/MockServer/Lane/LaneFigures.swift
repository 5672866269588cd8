internal import Journal

/// What a lane has done since it was made, and what it is doing. A reset does not turn the counts back.
struct LaneFigures: Sendable {
    /// How an exchange ended.
    struct Kind: Hashable, Sendable {
        var source: Source
        /// The status that was sent; 0: none.
        var status: Int
    }

    /// What decided, in the word of the journal's file.
    enum Source: String, Hashable, Sendable {
        /// The request never became complete.
        case none
        case script, limit, exhausted, replayed
        case keyInUse = "key-in-use"
        case keyReused = "key-reused"
        case unmatched, server
    }

    var name: String
    private(set) var exchanges: [(kind: Kind, count: UInt64)] = []
    var connections: UInt64 = 0
    var inFlight: UInt64 = 0
    var parked: UInt64 = 0
    var entries: UInt64 = 0
    var dropped: UInt64 = 0
    var stalls: UInt64 = 0

    init(name: String) { self.name = name }

    /// Counts an exchange. There are few kinds, so they are looked through without a hash.
    mutating func count(_ kind: Kind) {
        if let position = exchanges.firstIndex(where: { $0.kind == kind }) {
            exchanges[position].count += 1
        } else {
            exchanges.append((kind, 1))
        }
    }
}

extension Decision.Source {
    /// What it is in the figures.
    var figure: LaneFigures.Source {
        switch self {
        case .script: .script
        case .limit: .limit
        case .exhausted: .exhausted
        case .replayed: .replayed
        case .keyInUse: .keyInUse
        case .keyReused: .keyReused
        case .unmatched: .unmatched
        case .server: .server
        }
    }
}
