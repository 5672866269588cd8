public import Fixtures
public import HTTPSemantics
public import Journal
internal import RateLimiting

/// One fake upstream as a pure state machine: (state, request, now) → plan.
///
/// The state lives in one place, is changed in place and never copied out. Deciding and rendering are separate,
/// so that a simulation uses the first alone.
public struct Upstream: Sendable {
    public let fixture: Fixture
    /// The lane's civil time, the fixture's skew included.
    public let wall: WallLine

    public init(fixture: Fixture, wall: WallLine) {
        self.fixture = fixture
        self.wall = wall
    }
}
