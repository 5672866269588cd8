public import HTTPSemantics

/// How long a response asks to wait, in whichever field it says so.
///
/// Beside Retry-After (RFC 9110 section 10.2.3), providers send milliseconds: `retry-after-ms` (Azure OpenAI; read by
/// OpenAI's and Anthropic's SDKs), `x-ms-retry-after-ms` (Cosmos DB, Azure) and `x-amz-retry-after` (AWS SDKs' standard
/// mode). Where both are there, the milliseconds are the exact form of what Retry-After rounds up; where they are not
/// that, the longer one counts, so that nobody comes back early.
public struct WaitAnnouncement: Hashable, Sendable {
    /// What Retry-After said, if there was one.
    public var retryAfter: RetryAfter?
    /// The wait from the receipt on; nil if nothing usable was announced, zero or negative if it is over.
    public var wait: Duration?
    /// Whether anything was announced at all, usable or not.
    public var isPresent: Bool

    /// Fields whose value is a number of milliseconds, possibly with a fraction.
    public static let millisecondFields = ["retry-after-ms", "x-ms-retry-after-ms", "x-amz-retry-after"]

    /// - Parameter received: when the response came, by the recipient's clock.
    public init(_ fields: FieldBlock, received: WallTime) {
        retryAfter = RetryAfter(in: fields, reference: received)
        // Nobody reads the Date of a response that announces nothing: to parse it twice was an eighth of what a call costs.
        let standard = retryAfter?.wait(
            date: fields["Date"].flatMap { HTTPDate.parse($0, reference: received) }?.time, received: received)
        let exactText = Self.millisecondFields.lazy.compactMap { fields[$0] }.first
        let exact = exactText.flatMap(Self.milliseconds)
        isPresent = retryAfter != nil || exactText != nil
        wait =
            switch (standard, exact) {
            case (let standard?, let exact?):
                Duration.seconds(exact.roundedUp(toMultipleOf: .seconds(1))) == standard ? exact : max(standard, exact)
            default: standard ?? exact
            }
    }

    /// Digits, with a fraction or without; nil for everything else. More than 64 bits of nanoseconds hold is the most.
    private static func milliseconds(_ text: String) -> Duration? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard
            parts.allSatisfy({ part in
                !part.isEmpty && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            }), let number = Double(text)
        else { return nil }
        return .nanoseconds(Int64(min(number * 1e6, 9.2e18)))
    }
}
