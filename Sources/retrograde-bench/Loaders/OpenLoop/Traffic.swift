/// One kind of traffic among what a loader sends.
struct Traffic {
    var connections: Int
    /// Requests a second, evenly spaced; `nil`: each connection sends as soon as it was answered.
    var rate: Double?
    var template: RequestTemplate
    /// After so many requests none are due for a while.
    var wave = Wave.none
    /// How many requests in all.
    var count: Int
    /// How many of them, from the first, are not recorded.
    var unrecorded = 0

    /// When a request is due after the first one, in nanoseconds.
    func due(_ number: Int) -> Int64 {
        guard let rate else { return 0 }
        return Int64(Double(number) * 1e9 / rate) + Int64(number / wave.size) * wave.pause
    }
}

/// Requests that come together, and the pause behind them.
struct Wave {
    var size: Int
    /// In nanoseconds.
    var pause: Int64

    static let none = Wave(size: .max, pause: 0)
}
