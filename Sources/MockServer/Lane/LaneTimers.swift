internal import HTTPSemantics

/// The waits of a lane, on its own line: on a real one the loop's timer ends them, on a manual one whoever advances it.
final class LaneTimers {
    enum Alarm {
        case real(TimerQueue<() -> Void>.Token)
        case manual(TimerQueue<() -> Void>.Token)
    }

    private struct Move {
        var duration: Duration
        var done: () -> Void
    }

    /// How long an advance waits, in real time, for what it has set off: a client that does not read its reply must
    /// not hold up the clock for ever.
    private static let patience: Int64 = 100_000_000

    private let line: LaneLine
    private let loop: Loop
    private var timers = TimerQueue<() -> Void>()
    /// Advances asked for; the first is under way.
    private var moves: [Move] = []
    private var target = Instant.zero
    /// Exchanges that were set off at the instant at which the line stands.
    private var underWay: Set<ObjectIdentifier> = []
    private var step = 0

    init(line: LaneLine, loop: Loop) {
        self.line = line
        self.loop = loop
    }

    func schedule(at due: Instant, _ call: @escaping () -> Void) -> Alarm {
        switch line.clock {
        case .real: .real(loop.schedule(at: line.monotonic(of: due), call))
        case .manual: .manual(timers.schedule(call, at: due.nanoseconds))
        }
    }

    func cancel(_ alarm: Alarm) {
        switch alarm {
        case .real(let token): loop.cancel(token)
        case .manual(let token): timers.cancel(token)
        }
    }

    /// Moves a manual line forward. Waits end in the order in which they are due, each with the line at that instant,
    /// and the replies that they held back are on their way before the line moves on.
    ///
    /// - Parameter done: called when the line is there.
    func advance(by duration: Duration, _ done: @escaping () -> Void) {
        moves.append(Move(duration: duration, done: done))
        if moves.count == 1 { begin() }
    }

    /// An exchange was resumed: the line stands until it has ended or waits again.
    func setOff(_ exchange: LaneExchange) { if !moves.isEmpty { underWay.insert(ObjectIdentifier(exchange)) } }

    /// An exchange has ended or will not end by itself.
    func settled(_ exchange: LaneExchange) {
        // On a real line there never is one, and nothing need be hashed.
        guard !underWay.isEmpty, underWay.remove(ObjectIdentifier(exchange)) != nil, underWay.isEmpty else { return }
        step += 1
        loop.afterwards { [weak self] in self?.goOn() }
    }

    /// The lane ends: nobody will be called any more, and nobody waits for it.
    func close() {
        timers = TimerQueue()
        let moves = moves
        self.moves = []
        for move in moves { move.done() }
    }

    private func begin() {
        guard let move = moves.first else { return }
        target = line.now() + move.duration
        goOn()
    }

    private func goOn() {
        guard !moves.isEmpty else { return }
        while let due = timers.nextDue(), due <= target.nanoseconds {
            line.move(to: Instant(nanoseconds: due))
            while let (_, call) = timers.popDue(at: due) { call() }
            if !underWay.isEmpty { return waitForThoseUnderWay() }
        }
        line.move(to: target)
        moves.removeFirst().done()
        begin()
    }

    private func waitForThoseUnderWay() {
        step += 1
        _ = loop.schedule(at: MonotonicClock.now() + Self.patience) { [weak self, step] in
            guard let self, self.step == step else { return }
            self.step += 1
            underWay = []
            goOn()
        }
    }
}
