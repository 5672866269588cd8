internal import Fixtures

/// Where a fixture came from, for those who want to see it again.
public struct FixtureSource: Hashable, Sendable {
    /// YAML or JSON in UTF-8.
    public var text: [UInt8]
    /// The values that stood for those of the fixture's `parameters`.
    public var parameters: [String: String]

    public init(text: [UInt8], parameters: [String: String] = [:]) {
        self.text = text
        self.parameters = parameters
    }
}

/// What a lane serves at the moment.
struct ServedFixture: Sendable {
    var fixture: Fixture
    /// `nil` for a fixture that was made in Swift.
    var source: FixtureSource?
}
