/// How often a route did its work: the successes (2xx) that it decided, without those that an idempotency key had
/// answered from the store. More than one for what a client meant once is work done twice.
public struct RouteEffects: Hashable, Sendable {
    /// The pattern of the route.
    public var route: String
    public var effects: Int

    public init(route: String, effects: Int) {
        self.route = route
        self.effects = effects
    }
}
