/// How long a reply waits, on purpose. Draws follow from the fixture's seed.
public enum Delay: Hashable, Sendable {
    case fixed(Duration)
    /// Every duration from the first to the second is as likely as any other.
    case uniform(Duration, Duration)
    /// Negative draws are no delay.
    case normal(mean: Duration, deviation: Duration)
    /// The logarithm is normal: sigma 0.5 puts a sixth of the draws above 1.65 times the median, sigma 1 above 2.7
    /// times.
    case lognormal(median: Duration, sigma: Double)
    /// One of these, each as likely as any other: delays that somebody measured.
    case measured([Duration])

    public static let none = Delay.fixed(.zero)

    /// Longer delays are not drawn.
    public static let longest = Duration.seconds(86_400)
}
