public import Fixtures
public import Grading

/// Where and how the control API is served.
public struct ControlConfiguration: Sendable {
    /// A numeric address or `localhost`.
    public var address: String
    /// 0: a free one.
    public var port: UInt16
    /// What `Authorization: Bearer …` must say. On any address but loopback one is needed.
    public var token: String?
    /// Reads the fixtures that lanes are created from. Those have no files: whatever reads files in it is not used.
    public var loader: FixtureLoader
    /// The rules that `expect` may name.
    public var rules: [Rule]
    /// Called after the reply to `POST /v1/shutdown` has left.
    public var onShutdown: @Sendable () -> Void

    public init(
        address: String = "127.0.0.1", port: UInt16 = 0, token: String? = nil, loader: FixtureLoader,
        rules: [Rule], onShutdown: @escaping @Sendable () -> Void = {}
    ) {
        self.address = address
        self.port = port
        self.token = token
        self.loader = loader
        self.rules = rules
        self.onShutdown = onShutdown
    }
}
