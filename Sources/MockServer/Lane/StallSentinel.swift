internal import HTTPSemantics

/// Notices when the loop itself was late, so that a client is not blamed for our pauses.
///
/// While lanes are in use it asks for a wake-up every few milliseconds. One that comes late, whatever it was for,
/// means that nothing could be stamped between when it was due and when it came.
final class StallSentinel {
    /// Lateness up to this is what any machine has.
    static let tolerance: Int64 = 10_000_000
    private static let interval: Int64 = 5_000_000
    /// A lane is in use until this long after its last event: clients that wait come back.
    static let attention: Int64 = 10_000_000_000

    private let loop: Loop
    private var attentiveUntil: Int64 = 0
    private var isTicking = false
    private let report: (_ from: Int64, _ until: Int64) -> Void

    init(loop: Loop, report: @escaping (_ from: Int64, _ until: Int64) -> Void) {
        self.loop = loop
        self.report = report
        loop.onTimer = { due, now in
            if now - due > Self.tolerance { report(due, now) }
        }
    }

    /// Something happened in a lane at this time.
    func noteActivity(at now: Int64) {
        attentiveUntil = now + Self.attention
        guard !isTicking else { return }
        isTicking = true
        tick(after: now)
    }

    private func tick(after now: Int64) {
        _ = loop.schedule(at: now + Self.interval) { [weak self] in
            guard let self else { return }
            let now = MonotonicClock.now()
            isTicking = now < attentiveUntil
            if isTicking { tick(after: now) }
        }
    }
}
