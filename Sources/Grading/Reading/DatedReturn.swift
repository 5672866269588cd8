import HTTPSemantics
import Journal

/// How a client came back after a response whose Retry-After was a date.
struct DatedReturn: Hashable, Sendable {
    /// `imf-fixdate, sent 100 ms into a second, run 1`.
    var name: String
    var date: WallTime
    /// When the response was sent.
    var sent: WallTime
    /// When the next request arrived, less the date, in seconds; `nil` if none came.
    var offset: Double?
    /// By how much a stall may have made the arrival look later, in seconds.
    var doubt: Double

    /// - Parameters:
    ///   - first: the response with the date; `nil` is returned if it has none.
    ///   - second: the next request of the call, if there was one.
    init?(_ name: String, _ first: Exchange, _ second: Exchange?, wall: WallLine, stalls: [Stall]) {
        guard let reply = first.reply, let repliedAt = first.repliedAt else { return nil }
        let sent = wall.time(at: repliedAt)
        guard case .date(let date, _)? = RetryAfter(in: reply.fields, reference: sent) else { return nil }
        self.name = name
        self.date = date
        self.sent = sent
        guard let second, let gap = Gap.between(first, second, number: 1, stalls: stalls) else {
            (offset, doubt) = (nil, 0)
            return
        }
        offset = (wall.time(at: second.arrivedAt) - date).inSeconds
        // A date is absolute: when the response came does not matter.
        doubt = gap.arrivalDoubt
    }

    init?(_ name: String, _ run: Run) {
        guard let first = run.exchanges.first else { return nil }
        self.init(
            name, first, run.exchanges.count > 1 ? run.exchanges[1] : nil, wall: run.wall, stalls: run.stalls)
    }

    /// From sending to the date, in seconds.
    var asked: Double { (date - sent).inSeconds }

    var isEarly: Bool { (offset ?? 0) < -Tolerance.early }

    /// Early by more than any handling of whole seconds explains.
    var isFarTooEarly: Bool { (offset ?? 0) < -1 - Tolerance.early }

    /// Not early, but a stall may hide that it was.
    var isDoubtful: Bool { offset.map { $0 >= -Tolerance.early && $0 - doubt < -Tolerance.early } ?? false }

    /// Early by just the fraction of a second that counting in whole seconds drops.
    var fitsWholeSeconds: Bool {
        guard let offset else { return false }
        let dropped = Double(sent.nanoseconds) / 1e9 - 1
        return offset >= dropped - Tolerance.early && offset <= dropped + Tolerance.late(asked)
    }

    var line: EvidenceLine {
        guard let offset else {
            return EvidenceLine(
                "\(name): asked to come back at the date in \(Wording.seconds(asked)), no further request", asked: asked
            )
        }
        let when = offset < 0 ? "\(Wording.span(-offset)) before" : "\(Wording.span(offset)) after"
        return EvidenceLine(
            "\(name): asked to come back at a date \(Wording.seconds(asked)) ahead, came \(when) it", asked: asked,
            waited: asked + offset, speaksAgainst: isEarly)
    }
}
