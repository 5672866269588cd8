/// Reads `clock:` of a fixture or a dialect.
struct ClockDecoder {
    private static let bounds = Duration.seconds(-3660 * 86_400)...Duration.seconds(3660 * 86_400)

    /// How far the upstream's clock is ahead of the true one.
    func skew(_ value: Value) -> Duration? {
        value.mapping(of: ClockKey.self)?.required(.skew, "skew: -30s")?.duration("a skew", in: Self.bounds)
    }
}
