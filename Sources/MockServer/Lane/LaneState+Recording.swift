internal import HTTPSemantics
internal import Journal
internal import Upstream

// How the steps of exchanges come into the journal.
extension LaneState {
    func record(_ event: JournalEntry.Event, of exchange: LaneExchange, at instant: Instant) {
        guard exchange.life == life else { return }
        append(event, exchange: exchange.request.exchange, at: instant)
    }

    /// Records what an earlier entry said too, if there is one and the journal still has it at hand.
    ///
    /// - Parameter mark: the last such entry.
    func record(
        _ event: @autoclosure () -> JournalEntry.Event, repeating mark: inout JournalMark?, of exchange: LaneExchange,
        at instant: Instant
    ) {
        guard exchange.life == life, !repeatEntry(mark, of: exchange, at: instant) else { return }
        mark = JournalMark(life: life, number: recorder.entriesSoFar)
        append(event(), exchange: exchange.request.exchange, at: instant)
    }

    private func repeatEntry(_ mark: JournalMark?, of exchange: LaneExchange, at instant: Instant) -> Bool {
        guard let mark, mark.life == life else { return false }
        return noting { $0.appendRepeated(mark.number, exchange: exchange.request.exchange, at: instant) }
    }

    func recordArrival(of exchange: LaneExchange, repeating mark: inout JournalMark?) {
        let request = exchange.request
        guard exchange.life == life, !repeatEntry(mark, of: exchange, at: exchange.arrival) else { return }
        mark = JournalMark(life: life, number: recorder.entriesSoFar)
        noting {
            $0.appendArrival(
                connection: exchange.connection.number, method: request.method, target: request.target,
                fields: request.fields, peer: exchange.connection.peer, exchange: request.exchange,
                at: exchange.arrival)
        }
    }

    func append(_ event: JournalEntry.Event, exchange: UInt64, at instant: Instant) {
        noting { $0.append(event, exchange: exchange, at: instant) }
    }

    /// Tells once that the journal has begun to lose entries.
    private func noting<Result>(_ append: (inout Recorder) -> Result) -> Result {
        let wasFull = recorder.dropped > 0
        defer { if !wasFull, recorder.dropped > 0 { shared.configuration.logger.journalFull(self) } }
        return append(&recorder)
    }

    func now(noting exchange: LaneExchange) -> Instant {
        let now = MonotonicClock.now()
        lastActivity = now
        lastUse = now
        shared.sentinel.noteActivity(at: now)
        return line.instant(ofMonotonic: now)
    }
}
