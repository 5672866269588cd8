/// What identifies a caller. A request that lacks it shares one key with all others that lack it.
public enum CallerIdentity: Hashable, Sendable {
    case header(String)
    case query(String)
    /// A parameter of the route's path. Only of a limit: what a fixture calls a caller does not depend on the route.
    case path(String)
    case address
    case everyone
    /// Several of these together, none of them of this kind itself.
    case all([CallerIdentity])

    /// The parameters of the path that it needs.
    public var pathParameters: [String] {
        switch self {
        case .path(let name): [name]
        case .all(let parts): parts.flatMap(\.pathParameters)
        case .header, .query, .address, .everyone: []
        }
    }
}
