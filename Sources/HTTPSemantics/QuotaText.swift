/// A quota in a window of time as people write it: `100/1m`, `10/s`.
public struct QuotaText: Hashable, Sendable {
    /// Units per window, at least 1.
    public var quota: Int64
    /// Longer than zero.
    public var window: Duration

    public init(quota: Int64, window: Duration) {
        self.quota = quota
        self.window = window
    }

    /// Reads a whole number, a slash and a duration; the duration's number may be left out (`10/s` is `10/1s`).
    ///
    /// nil for everything else and for a quota or a window of zero.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].allSatisfy({ ("0"..."9").contains($0) }), let quota = Int64(parts[0]),
            let window = DurationText.parse(parts[1]) ?? DurationText.parse("1" + parts[1]), quota > 0, window > .zero
        else { return nil }
        self.init(quota: quota, window: window)
    }

    /// The form that ``init(_:)`` reads back: `100/1m`.
    public var text: String { "\(quota)/\(DurationText.print(window))" }
}
