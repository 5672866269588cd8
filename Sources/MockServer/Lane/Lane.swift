public import Fixtures
public import HTTPSemantics
public import Journal
public import Upstream

/// One upstream of a server: a port, a fixture's state, a journal and a clock line of its own.
public struct Lane: Sendable {
    public let name: String
    /// The name of its fixture.
    public let fixture: String
    public let port: UInt16
    /// `http://127.0.0.1:49213`, or `https://` under TLS, without a slash at the end.
    public let url: String
    /// Whether it speaks TLS.
    public let isEncrypted: Bool
    /// The certificate (PEM) that a client must trust; `nil` without TLS, and where the server has an identity of its
    /// own.
    public let authority: String?
    /// The lane's civil time as its clock showed it at the beginning, the fixture's skew included.
    public let wall: WallLine
    /// The rules that the fixture wants judged on the journal.
    public let expectations: [Expectation]
    /// What stands at the head of the journal's file.
    public let journalHeader: JournalHeader
    let state: LaneState
    private let loop: Loop
    private let line: LaneLine

    init(_ state: LaneState, loop: Loop) {
        name = state.name
        fixture = state.fixture.name
        port = state.port
        url = state.url
        isEncrypted = state.isEncrypted
        authority = state.authority
        line = state.line
        wall = state.line.wall
        expectations = state.fixture.expectations
        journalHeader = JournalHeader(
            lane: state.name, fixture: state.fixture.name, seed: state.fixture.seed, wall: state.line.wall)
        self.state = state
        self.loop = loop
    }

    /// What moves the lane's clock line.
    public var clock: LaneClock { line.clock }

    /// The lane's line, which began when the lane was made.
    public func now() -> Instant { line.now() }

    /// Moves a manual line forward, and with it limits, dates, the journal's stamps and everything that waits: what
    /// is due on the way happens in its order, each at its own instant, and is done when this returns. Clients are
    /// waited for no longer than a tenth of a second each time.
    ///
    /// - Parameter duration: not negative; a line never goes back.
    /// - Returns: where the line stands; `nil`, and nothing has moved, if the clock is real or the lane has ended.
    @discardableResult
    public func advance(by duration: Duration) async -> Instant? {
        precondition(duration >= .zero, "a line never goes back")
        return await withCheckedContinuation { continuation in
            loop.post { [state] in state.advance(by: duration) { continuation.resume(returning: $0) } }
        }
    }

    /// What the lane's civil clock shows, however it was set.
    public func time() -> WallTime { wallNow.time(at: now()) }

    var wallNow: WallLine { line.wallNow }

    /// Sets the lane's civil clock, as a machine's is set whose time server was out of reach: it jumps ahead, or back
    /// where the duration is negative. Dates follow, those of replies that wait included; limits, waits and the line
    /// do not. A ``reset()`` undoes it.
    ///
    /// - Returns: when that was; `nil`, and nothing was set, if the lane has ended.
    @discardableResult
    public func stepClock(by duration: Duration) async -> Instant? {
        await loop.perform { [state] in state.stepClock(by: duration) }
    }

    /// A reading of CLOCK_MONOTONIC in nanoseconds, on the lane's line; on a manual one, where that stands.
    public func instant(ofMonotonic nanoseconds: Int64) -> Instant { line.instant(ofMonotonic: nanoseconds) }

    /// The entries kept whose number is at least `number`.
    public func journal(since number: UInt64 = 0) async -> JournalSlice {
        await loop.perform { [state] in state.snapshot(since: number) }.slice
    }

    /// As ``journal(since:)``, but waits until there are `count` entries, or the time is over, or the lane ends.
    public func journal(since number: UInt64, waitingFor count: Int, atMost: Duration) async -> JournalSlice {
        let deadline = (Instant(nanoseconds: MonotonicClock.now()) + atMost).nanoseconds
        return await withCheckedContinuation { continuation in
            loop.post { [state] in
                state.slice(since: number, waitingFor: count, until: deadline) {
                    continuation.resume(returning: $0)
                }
            }
        }
    }

    /// Serves another fixture from the next request on. Limits and scripts start afresh; the journal and the clock
    /// line go on, the skew of the fixture that the lane was made with included. Replies that wait are sent as they
    /// were decided. This value still tells of the former fixture; ``MockServer/lanes()`` gives the new one.
    ///
    /// - Parameters:
    ///   - fixture: what is served from now on.
    ///   - source: what `GET /v1/lanes/{name}/fixture` shows.
    public func replaceFixture(_ fixture: Fixture, source: FixtureSource? = nil) async {
        await loop.perform { [state] in state.replaceFixture(fixture, source: source) }
    }

    /// What it serves now.
    func served() async -> ServedFixture { await loop.perform { [state] in state.served } }

    /// The limits as they stand, with the keys that are not back to full, and when on the lane's line that is.
    ///
    /// - Parameter count: keys listed for each limit at most.
    public func limits(keysAtMost count: Int = 100) async -> (now: Instant, limits: [LimitUsage]) {
        await loop.perform { [state] in state.limits(keysAtMost: count) }
    }

    /// Scripted replies of bounded length, and how many of them were consumed.
    public func accounting() async -> [ScriptAccount] { await loop.perform { [state] in state.accounting } }

    /// How often each route did its work; those that never did are left out.
    public func effects() async -> [RouteEffects] { await loop.perform { [state] in state.effects } }

    /// Forgets all requests: state and journal are as they were at the start. The clock line goes on.
    public func reset() async { await loop.perform { [state] in state.reset() } }
}
