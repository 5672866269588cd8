import HTTPSemantics
import Journal

extension Picture {
    /// Runs as they were seen, a row each, with the waits that their responses asked for.
    ///
    /// - Parameters:
    ///   - asked: the wait in seconds from the sending of a response, where the default is not what the rule means:
    ///     a hint in a body, or a value too large to be read. Without it Retry-After counts, in both forms.
    static func timeline(
        _ title: String, of runs: [(name: String, run: Run)],
        asked: ((Exchange) -> Double?)? = nil
    ) -> Picture {
        .timeline(
            Timeline(
                title: title,
                rows: runs.filter { !$0.run.exchanges.isEmpty }.map { name, run in
                    var row = Timeline.Row(name, run.exchanges) { asked?($0) ?? $0.askedWait(wall: run.wall) }
                    let at = (run.endedAt - run.exchanges[0].arrivedAt).inSeconds
                    row.end = Timeline.End(at: max(at, row.attempts.last?.at ?? 0), what: Wording.ending(run.ending))
                    return row
                }))
    }

    /// Recorded calls, those first that were tried again.
    static func timeline(ofCalls calls: [Call], wall: WallLine) -> Picture {
        let repeated = calls.filter { $0.exchanges.count > 1 }
        return .timeline(
            Timeline(
                title: "Attempts of each call and the waits they were asked for",
                rows: (repeated.isEmpty ? calls : repeated).prefix(mostRows).map { call in
                    Timeline.Row(call.name, call.exchanges) { $0.askedWait(wall: wall) }
                }))
    }

    private static let mostRows = 20

    /// What a quota admitted and refused in the first of the runs, over time.
    static func admissions(_ uses: [QuotaUse], title: String = "Requests over time") -> Picture {
        .histogram(
            Histogram(
                title: title, origin: "the first request", binWidth: 0.5,
                of: uses.prefix(1).flatMap { use in
                    [
                        ("admitted", use.seconds(of: use.admitted), true),
                        ("refused", use.seconds(of: use.refused), false),
                    ]
                }))
    }

    /// A ladder with the mean of each retry and its limits of 99 % on either side.
    ///
    /// - Parameter against: whether a retry, by its number, speaks against the client.
    static func ladder(
        _ title: String = "Delay before each retry", of ladder: Ladder, marks: [LadderPlot.Mark] = [],
        against: (Int) -> Bool = { _ in false }
    ) -> Picture {
        let steps = ladder.delays.enumerated().map { position, sample in
            let interval = MeanInterval(sample.values, leastError: 0.001)
            return LadderPlot.Step(
                number: position + 1, delays: sample.values, centre: sample.mean,
                low: max(interval.lower, 0), high: min(interval.upper, 10 * sample.mean + 1),
                speaksAgainst: against(position + 1))
        }
        return .ladder(
            LadderPlot(title: title, steps: steps, intervalMeaning: "mean, 99 % on either side", marks: marks))
    }
}

extension Timeline.Row {
    /// A hot loop of a thousand requests is no picture: the first of them show it.
    private static let mostAttempts = 60

    /// The exchanges of one call.
    ///
    /// - Parameter asked: the wait in seconds, counted from the sending of the response, that an exchange asked for.
    init(_ name: String, _ exchanges: [Exchange], asked: (Exchange) -> Double?) {
        self.init(name: name, attempts: [])
        guard let origin = exchanges.first?.arrivedAt else { return }
        var window: Timeline.Window?
        for exchange in exchanges.prefix(Self.mostAttempts) {
            let at = (exchange.arrivedAt - origin).inSeconds
            attempts.append(
                Timeline.Attempt(
                    at: at, answer: exchange.answerWord, timing: window.map { Self.timing(of: at, after: $0) } ?? .free)
            )
            window = nil
            if let wait = asked(exchange), wait > 0, let sent = exchange.repliedAt {
                let from = (sent - origin).inSeconds
                let asked = Timeline.Window(from: from, until: from + wait)
                windows.append(asked)
                window = asked
            }
        }
    }

    private static func timing(of at: Double, after window: Timeline.Window) -> Timeline.Timing {
        let wait = window.until - window.from
        if at < window.until - Tolerance.early { return .early }
        return at <= window.until + Tolerance.prompt(wait) ? .prompt : .late
    }
}

extension Exchange {
    /// How long the response asked to wait, in seconds from its sending: Retry-After in either form.
    func askedWait(wall: WallLine) -> Double? {
        guard let reply, let repliedAt else { return nil }
        let sent = wall.time(at: repliedAt)
        switch RetryAfter(in: reply.fields, reference: sent) {
        case .delay(let seconds)?: return Double(seconds)
        case .date(let date, _)?: return (date - sent).inSeconds
        case .malformed?, nil: return nil
        }
    }

    /// The status, or why there was none.
    fileprivate var answerWord: String {
        if let reply { return "\(reply.status)" + (abort == .fault ? ", broken off" : "") }
        switch abort {
        case .fault?: return "broken off"
        case .client?: return "client left"
        case .malformed?: return "unreadable"
        case .shutdown?, .timeout?, nil: return "no answer"
        }
    }
}
