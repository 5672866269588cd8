internal import Synchronization

/// What somebody who watches sees of a call: lines, and below them, on a terminal, how much of the body has come.
final class CallDisplay: Sendable {
    private struct State {
        /// When the bar was last written; nil while there is none.
        var shownAt: ContinuousClock.Instant?
    }

    private let sink: Context.Sink
    private let columns: Int
    private let begun = ContinuousClock.now
    private let state = Mutex(State())

    /// - Parameter columns: of the terminal; nil where it is none.
    init(_ sink: Context.Sink, columns: Int?) {
        self.sink = sink
        self.columns = columns ?? 80
    }

    /// Writes a line where the bar is, which is below it when it comes again.
    func say(_ line: String) {
        clear()
        sink.write(line + "\n")
    }

    /// Replaces the bar, unless that was done a moment ago. Without a terminal nothing happens.
    ///
    /// - Parameter length: nil if nobody said how much is to come.
    func show(_ size: Int, of length: Int?) {
        guard sink.isTerminal else { return }
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            if let shownAt = state.shownAt, size != length, now - shownAt < .milliseconds(100) { return false }
            state.shownAt = now
            return true
        }
        guard isDue else { return }
        sink.write("\r\u{1b}[2K" + Self.bar(size, of: length, after: now - begun, columns: columns - 1))
    }

    /// Takes the bar away.
    func clear() {
        let wasShown = state.withLock { state in
            defer { state.shownAt = nil }
            return state.shownAt != nil
        }
        if wasShown { sink.write("\r\u{1b}[2K") }
    }

    /// `[█████·····]  50 %  1.5 of 3.0 MB  12.3 MB/s`, no longer than the columns.
    static func bar(_ size: Int, of length: Int?, after elapsed: Duration, columns: Int) -> String {
        let speed = "\(megabytes(Double(size) / max(elapsed / .seconds(1), 0.001))) MB/s"
        guard let length, length > 0 else { return String("\(megabytes(Double(size))) MB  \(speed)".prefix(columns)) }
        let share = min(1, Double(size) / Double(length))
        let percent = "\(Int(share * 100))"
        let text =
            String(repeating: " ", count: 5 - percent.count) + percent
            + " %  \(megabytes(Double(size))) of \(megabytes(Double(length))) MB  \(speed)"
        let width = min(40, columns - text.count - 2)
        guard width >= 10 else { return String(text.dropFirst(2).prefix(columns)) }
        let full = Int(share * Double(width))
        return "[" + String(repeating: "█", count: full) + String(repeating: "·", count: width - full) + "]" + text
    }

    private static func megabytes(_ bytes: Double) -> String { Decimal.text(bytes / 1e6, places: 1) }
}
