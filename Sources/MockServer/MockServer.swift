public import Fixtures
internal import HTTPSemantics
public import Logging

/// A server of fake upstreams on libmicrohttpd: any number of lanes on one thread.
///
/// ```swift
/// let server = try MockServer()
/// let lane = try await server.addLane(fixture)
/// // … point a client at lane.url …
/// let entries = await lane.journal().entries
/// await server.shutdown(grace: .seconds(1))
/// ```
public final class MockServer: Sendable {
    /// How a server serves. Times and sizes hold for each lane.
    public struct Configuration: Sendable {
        /// Where lanes listen; a numeric address.
        public var address: String
        /// `nil`: no control API.
        public var control: ControlConfiguration?
        /// Request bodies beyond so many bytes are answered with 413.
        public var bodyLimit: Int
        /// Journal entries kept for each lane.
        public var journalCapacity: Int
        /// How long a header section may take, from the connection or from its request line.
        public var headerDeadline: Duration
        /// How long a connection may be silent, between requests and within a body.
        public var idleTimeout: Duration
        /// Connections of one lane; more wait until one ends. `nil`: as many as the process may have descriptors.
        public var connectionLimit: Int?
        /// What moves the clock lines of lanes that do not say it themselves.
        public var clock: LaneClock
        /// The certificate of lanes under TLS; `nil`: one for each, from an authority that is made for this server.
        public var identity: ServerIdentity?
        /// Names that throw-away certificates are for, besides localhost, the loopback addresses and ``address``.
        public var certificateNames: [String]
        /// Told when lanes begin, change and end, when the server was late, and who is turned away from the control
        /// API. Requests are not logged: they are in the journal.
        public var logger: Logger

        public init(
            address: String = "127.0.0.1", control: ControlConfiguration? = nil, bodyLimit: Int = 16 << 20,
            journalCapacity: Int = 1_000_000, headerDeadline: Duration = .seconds(10),
            idleTimeout: Duration = .seconds(60), connectionLimit: Int? = nil, clock: LaneClock = .real,
            identity: ServerIdentity? = nil, certificateNames: [String] = [],
            logger: Logger = Logger(label: "retrograde.server") { _ in SwiftLogNoOpLogHandler() }
        ) {
            self.address = address
            self.control = control
            self.bodyLimit = bodyLimit
            self.journalCapacity = journalCapacity
            self.headerDeadline = headerDeadline
            self.idleTimeout = idleTimeout
            self.connectionLimit = connectionLimit
            self.clock = clock
            self.identity = identity
            self.certificateNames = certificateNames
            self.logger = logger
        }

        var daemonSettings: Daemon.Settings {
            Daemon.Settings(
                headerDeadline: headerDeadline, idleTimeout: idleTimeout,
                connectionLimit: connectionLimit ?? DescriptorLimit.raised)
        }
    }

    let state: ServerState
    let loop: Loop

    /// Starts the server's thread; the control API listens when this returns.
    public init(_ configuration: Configuration = Configuration()) throws(ServerError) {
        _ = DescriptorLimit.raised
        loop = try Loop()
        state = try ServerState(loop: loop, configuration: configuration)
        state.control?.serve(self)
        do throws(ServerError) {
            try loop.start()
        } catch {
            state.stop()
            throw error
        }
    }

    /// Where the control API is, without a slash at the end; `nil` if there is none.
    public var controlURL: String? { state.control?.url }

    deinit {
        // A server that was shut down has nothing left to stop.
        loop.post { [state] in state.stop() }
    }

    /// Adds an upstream.
    ///
    /// - Parameters:
    ///   - fixture: what it serves.
    ///   - name: `nil` for `lane-1`, `lane-2` and so on.
    ///   - port: 0 for a free one that no lane of this process had before.
    ///   - requestLimit: after so many requests the lane answers 503, so that a client without any restraint does
    ///     not fill the journal.
    ///   - clock: what moves the lane's clock line; `nil`: as the server's configuration says.
    ///   - tls: whether the lane speaks TLS; one whose fixture chooses a certificate does so in any case.
    ///   - source: what `GET /v1/lanes/{name}/fixture` shows.
    ///   - idleLimit: the lane ends when it was neither sent a request nor asked about for so long. `nil`: it stays.
    /// - Throws: ``ServerError`` with ``ServerError/Code/addressInUse``, `addressUnusable`, `nameTaken`, `stopped`,
    ///   `certificateUnusable` or `resources`.
    public func addLane(
        _ fixture: Fixture, name: String? = nil, port: UInt16 = 0, requestLimit: Int? = nil,
        clock: LaneClock? = nil, tls: Bool = false, source: FixtureSource? = nil, idleLimit: Duration? = nil
    ) async throws(ServerError) -> Lane {
        let result = await loop.perform { [state] in
            state.addLane(
                fixture, name: name, port: port, requestLimit: requestLimit, clock: clock, tls: tls, source: source,
                idleLimit: idleLimit)
        }
        return Lane(try result.get(), loop: loop)
    }

    /// All lanes, in the order in which they were added.
    public func lanes() async -> [Lane] {
        await loop.perform { [state] in state.lanes }.map { Lane($0, loop: loop) }
    }

    /// The lane of this name, which counts as being used now.
    public func lane(named name: String) async -> Lane? {
        await loop.perform { [state] in state.lane(named: name) }.map { Lane($0, loop: loop) }
    }

    func figures() async -> [LaneFigures] { await loop.perform { [state] in state.lanes.map(\.figures) } }

    /// Ends a lane: its port is closed, and what was parked in it is dropped. A name that no lane has is no error.
    public func removeLane(named name: String) async {
        await loop.perform { [state] in state.removeLane(named: name) }
    }

    /// Accepts nothing more, lets replies that are under way or parked finish for as long as `grace`, then ends
    /// everything. Journals can still be read afterwards.
    ///
    /// - Returns: how many exchanges were cut off: parked replies, for the most part.
    @discardableResult
    public func shutdown(grace: Duration) async -> Int {
        let deadline = (Instant(nanoseconds: MonotonicClock.now()) + grace).nanoseconds
        return await withCheckedContinuation { continuation in
            loop.post { [state] in state.shutdown(until: deadline) { continuation.resume(returning: $0) } }
        }
    }
}
