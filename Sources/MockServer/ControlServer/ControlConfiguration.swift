/// Where and how the control API is served.
public struct ControlConfiguration: Sendable {
    public init() {}
}
