/// How many of a route's scripted replies were consumed, so that a scenario that did not happen is noticed.
///
/// Replies of bounded length count: those with a condition and a number of times; of the others all of a script that loops or fails at its end, and all but the last of one
/// that holds it, unless the last has `times` above 1. With `script-per: caller` or `call`, every script that was
/// begun counts, and one where none was.
public struct ScriptAccount: Hashable, Sendable {
    /// The pattern of the route.
    public var route: String
    public var scripted: Int
    public var consumed: Int

    public init(route: String, scripted: Int, consumed: Int) {
        self.route = route
        self.scripted = scripted
        self.consumed = consumed
    }
}
