public import HTTPSemantics

extension JournalLine {
    /// Reads one line, with or without its line feed.
    ///
    /// - Throws: where and why it is none, at an offset in bytes.
    public init(_ bytes: [UInt8]) throws(JSONSyntaxError) {
        var scanner = JSONScanner(bytes, readsEscapedBytes: true)
        let members = try Members(&scanner)
        try scanner.end()
        if let version = members["journal"] {
            guard try version.integer() as Int == JournalHeader.version else {
                throw version.error("this journal has a version that is not \(JournalHeader.version)")
            }
            self = .header(try JournalHeader(members))
        } else {
            self = .entry(try JournalEntry(members))
        }
    }
}

extension JournalHeader {
    fileprivate init(_ members: Members) throws(JSONSyntaxError) {
        let origin = try members.required("origin").object()
        let seconds: Int64 = try origin.required("seconds").integer()
        let nanoseconds = origin["nanoseconds"]
        let fraction: Int32 = try nanoseconds?.integer() ?? 0
        guard (0..<1_000_000_000).contains(fraction) else {
            throw (nanoseconds ?? members.whole).error("not within a second")
        }
        self.init(
            lane: try members.required("lane").string(), fixture: try members.required("fixture").string(),
            seed: try members.required("seed").integer(),
            wall: WallLine(origin: WallTime(secondsSinceEpoch: seconds, nanoseconds: fraction)))
    }
}

extension JournalEntry {
    fileprivate init(_ members: Members) throws(JSONSyntaxError) {
        self.init(
            number: try members.required("number").integer(), instant: try members.required("at").instant(),
            exchange: try members.required("exchange").integer(), event: try Event(members))
    }
}

extension JournalEntry.Event {
    fileprivate init(_ members: Members) throws(JSONSyntaxError) {
        let event = try members.required("event")
        switch try event.string() {
        case "arrived":
            self = .arrived(
                Arrival(
                    connection: try members.required("connection").integer(),
                    method: try members.required("method").string(), target: try members.required("target").string(),
                    fields: try members.required("fields").fields(), peer: try members.required("peer").string()))
        case "received":
            self = .received(
                BodySummary(
                    length: try members.required("length").integer(), digest: try members.required("digest").string(),
                    complete: try members.required("complete").bool()))
        case "decided":
            self = .decided(try Decision(members))
        case "replied":
            self = .replied(
                ReplyHead(
                    status: try members.required("status").integer(), fields: try members.required("fields").fields(),
                    due: try members["due"]?.instant()))
        case "completed":
            self = .completed
        case "aborted":
            let reason = try members.required("reason")
            guard let abort = Abort(rawValue: try reason.string()) else { throw reason.error("unknown reason") }
            self = .aborted(abort)
        case "stalled":
            self = .stalled(
                Stall(
                    from: try members.required("from").instant(), until: try members.required("until").instant()))
        case "clock-stepped":
            self = .clockStepped(by: .nanoseconds(try members.required("by").integer() as Int64))
        default:
            throw event.error("unknown event")
        }
    }
}

extension Decision {
    fileprivate init(_ members: Members) throws(JSONSyntaxError) {
        let source = try members.required("source")
        let decided: Source
        switch try source.string() {
        case "script": decided = .script(reply: try members.required("reply").integer())
        case "limit": decided = .limit(try members.required("limit").string())
        case "exhausted": decided = .exhausted
        case "replayed": decided = .replayed
        case "key-in-use": decided = .keyInUse
        case "key-reused": decided = .keyReused
        case "unmatched": decided = .unmatched
        case "server": decided = .server(try members.required("reason").string())
        default: throw source.error("unknown source")
        }
        var limits: [LimitReading] = []
        for element in try members.required("limits").elements() {
            let reading = try element.object()
            limits.append(
                LimitReading(
                    name: try reading.required("name").string(), capacity: try reading.required("capacity").integer(),
                    remaining: try reading.required("remaining").integer(),
                    retryAt: try reading["retry-at"]?.instant(), resetAt: try reading.required("reset-at").instant()))
        }
        self.init(
            source: decided, route: try members["route"]?.string(),
            attempt: try members.required("attempt").integer(), status: try members.required("status").integer(),
            fault: try members["fault"]?.string(),
            delay: .nanoseconds(try members.required("delay").integer() as Int64), limits: limits)
    }
}
