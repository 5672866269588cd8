internal import HTTPSemantics

/// Windows that begin at whole multiples of their length since 1970.
struct WindowCalendar: Sendable {
    private let window: Int64
    /// How far into a window the line began.
    private let phase: Int64

    /// - Parameters:
    ///   - window: longer than zero.
    ///   - wall: where the line lies in civil time.
    init(window: Duration, wall: WallLine) {
        self.window = window.nanoseconds
        phase = wall.origin.nanosecondsSinceEpoch.remainder(dividingBy: self.window)
    }

    /// When the window of an instant began.
    func start(of now: Instant) -> Instant {
        let elapsed = (Int128(now.nanoseconds) + Int128(phase)).remainder(dividingBy: window)
        return now - .nanoseconds(elapsed)
    }
}

extension Int128 {
    /// The remainder that is never negative, also before 1970.
    fileprivate func remainder(dividingBy divisor: Int64) -> Int64 {
        let remainder = Int64(self % Int128(divisor))
        return remainder < 0 ? remainder + divisor : remainder
    }
}

extension WallTime {
    fileprivate var nanosecondsSinceEpoch: Int128 {
        Int128(secondsSinceEpoch) * 1_000_000_000 + Int128(nanoseconds)
    }
}
