/// Whether a client comes back again and again without a pause.
///
/// Three pauses in a row are asked for: an immediate first retry is common and harmless.
struct HotLoop: Hashable, Sendable {
    /// A shorter pause is none, in seconds.
    var threshold: Double

    /// 50 ms; 10 ms for a client whose own first delays are short, by design (full jitter on a base of 50 ms, of which
    /// none of a few need be below it) or because its first retry is immediate.
    init(_ gate: Gate) { threshold = gate.ownDelays.min() ?? 1 < 0.2 ? 0.01 : 0.05 }

    /// For journals of which nothing else is known.
    init(threshold: Double = 0.01) { self.threshold = threshold }

    /// Whether three pauses in a row are none.
    func isHot(_ gaps: [Gap?]) -> Bool {
        var inARow = 0
        for gap in gaps {
            inARow = gap.map { $0.waited < threshold } ?? false ? inARow + 1 : 0
            if inARow == 3 { return true }
        }
        return false
    }
}

extension Wording {
    /// `0.001, 1.004, 2.003 s`, cut after eight.
    static func pauses(_ gaps: [Gap?]) -> String {
        let shown = gaps.prefix(8).map { gap in gap.map { decimal($0.waited, places: 3) } ?? "?" }
        return shown.joined(separator: ", ") + (gaps.count > 8 ? ", …" : "") + " s"
    }
}
