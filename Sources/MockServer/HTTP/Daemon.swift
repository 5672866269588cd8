internal import CMicroHTTPD
internal import Fixtures
internal import Glibc
internal import HTTPSemantics
internal import Journal
internal import Upstream

/// One libmicrohttpd daemon in external-epoll mode: a port, its connections, and the service that answers them.
///
/// It belongs to the loop thread. ``stop()`` must be called before it is let go.
final class Daemon {
    struct Settings {
        /// From accept to the end of the first header section, and from a request line to the end of its header
        /// section. libmicrohttpd counts inactivity only, so a byte now and then would hold a connection for ever.
        var headerDeadline: Duration
        /// How long a connection may be silent between requests and within a body.
        var idleTimeout: Duration
        var connectionLimit: Int
        /// Bytes for the header section of a request and of its response.
        var memoryPerConnection = 32 * 1024
    }

    let address: SocketAddress
    let settings: Settings
    unowned let service: any Service
    let loop: Loop
    private let port: Port
    /// PEM for libmicrohttpd, which does not say how long it reads it; `nil` without TLS.
    private let certificates, key: UnsafeMutablePointer<CChar>?
    /// What libmicrohttpd's log is given.
    private let callbacks: UnsafeMutablePointer<CMicroHTTPD_callbacks>

    private(set) var handle: OpaquePointer?
    private var epollDescriptor: Int32 = -1
    private var epollWatch: UInt64 = 0
    private(set) var connections: [ObjectIdentifier: LiveConnection] = [:]
    private var connectionsSoFar: UInt64 = 0
    var parked: [ObjectIdentifier: LiveExchange] = [:]
    /// For replies that are given again and again.
    var keptResponses = KeptResponses()
    private var runIsDue = false
    private var sweepIsScheduled = false
    /// Accepts nothing new, and lets connections end after their reply.
    private(set) var isDraining = false
    private(set) var isStopping = false

    init(
        on listener: consuming Listener, loop: Loop, service: any Service, settings: Settings,
        identity: ServerIdentity? = nil
    ) throws(ServerError) {
        address = listener.address
        port = Port(listener, loop: loop)
        self.loop = loop
        self.service = service
        self.settings = settings
        certificates = identity.flatMap { strdup($0.certificates) }
        key = identity.flatMap { strdup($0.key) }
        callbacks = .allocate(capacity: 1)
        callbacks.initialize(to: daemonCallbacks(context: Unmanaged.passUnretained(self).toOpaque()))
        handle = CMicroHTTPD_start_daemon(
            UInt32(clamping: settings.connectionLimit),
            UInt32(clamping: settings.idleTimeout.roundedUp(toMultipleOf: .seconds(1))),
            settings.memoryPerConnection, certificates, key, callbacks)
        guard let handle else {
            throw identity == nil
                ? ServerError(.resources, "libmicrohttpd cannot serve \(address.authority)")
                : ServerError(
                    .certificateUnusable,
                    "libmicrohttpd cannot serve \(address.authority) with this certificate and key")
        }
        epollDescriptor = CMicroHTTPD_epoll_descriptor(handle)
        epollWatch = loop.watch(epollDescriptor) { [unowned self] in run() }
        port.open { [unowned self] in take(from: $0) }
    }

    deinit {
        precondition(handle == nil, "a daemon is stopped before it is let go")
        free(certificates)
        free(key)
        callbacks.deallocate()
    }

    /// Exchanges that have not ended.
    var exchangesInFlight = 0

    var openConnections: Int { connections.count }

    /// Exchanges that wait for something: what a service decided about them, or a step of a wire script.
    var parkedExchanges: [LiveExchange] { Array(parked.values) }

    var parkedCount: Int { parked.count }

    // MARK: Running

    /// Lets libmicrohttpd do what it can do now.
    private func run() {
        guard let handle else { return }
        for _ in 0..<64 {
            MHD_run(handle)
            var timeout: UInt64 = 0
            guard MHD_get_timeout(handle, &timeout) == .YES, timeout == 0 else { return }
        }
        // More than a fair share of one turn: others come first.
        runSoon()
    }

    private func runSoon() {
        guard !runIsDue else { return }
        runIsDue = true
        loop.afterwards { [weak self] in
            self?.runIsDue = false
            self?.run()
        }
    }

    /// Stamps of replies mean something else from now on.
    func forgetResponses() { keptResponses.removeAll() }

    /// Lets a parked exchange go on, in this turn of the loop.
    func resume(_ exchange: LiveExchange) {
        guard parked.removeValue(forKey: ObjectIdentifier(exchange)) != nil, let handle = exchange.handle else {
            return
        }
        if let watch = exchange.leaveWatch { loop.unwatch(exchange.connection.descriptor, watch) }
        exchange.leaveWatch = nil
        MHD_resume_connection(handle)
        // Nothing else tells the daemon in this mode.
        runSoon()
    }

    /// Closes the port. Connections that are open stay, each until its next reply.
    func drain() {
        guard handle != nil, !isDraining else { return }
        isDraining = true
        port.close()
        for connection in connections.values where connection.current == nil { connection.shut() }
        runSoon()
    }

    /// Ends everything at once. What was parked is resumed first: libmicrohttpd aborts the process otherwise.
    func stop() {
        guard let stopped = handle else { return }
        isStopping = true
        port.close()
        for exchange in parked.values { resume(exchange) }
        MHD_run(stopped)
        loop.unwatch(epollDescriptor, epollWatch)
        handle = nil
        MHD_stop_daemon(stopped)
        connections.removeAll()
    }

    // MARK: The port

    /// The port refuses connections until ``openPort()``. Those that exist go on.
    func refuseConnections() { port.refuse() }

    /// The end of ``refuseConnections()``.
    func openPort() { port.endRefusal() }

    /// Hands the next connection to libmicrohttpd, which closes it in any case.
    private func take(from accepted: Port.Connection) -> Bool {
        guard let handle else { return false }
        var accepted = accepted
        withUnsafePointer(to: &accepted.address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = MHD_add_connection(handle, accepted.descriptor, $0, accepted.addressSize)
            }
        }
        return connections.count < settings.connectionLimit
    }

    // MARK: Connections

    func accepted(_ connectionHandle: OpaquePointer) -> LiveConnection {
        connectionsSoFar += 1
        let connection = LiveConnection(
            number: connectionsSoFar, handle: connectionHandle,
            deadline: MonotonicClock.now() + settings.headerDeadline.nanoseconds)
        connections[ObjectIdentifier(connection)] = connection
        connection.fail(service.connected())
        scheduleSweep()
        return connection
    }

    func closed(_ connection: LiveConnection) {
        if let exchange = connection.current { end(exchange, .aborted(isStopping ? .shutdown : .client)) }
        connection.current = nil
        connections[ObjectIdentifier(connection)] = nil
        port.goOn()
    }

    /// Looks for connections that are overdue, often enough for the shorter of the two times.
    private func scheduleSweep() {
        guard !sweepIsScheduled else { return }
        sweepIsScheduled = true
        let interval = min(1_000_000_000, min(settings.headerDeadline, settings.idleTimeout).nanoseconds / 4)
        _ = loop.schedule(at: MonotonicClock.now() + max(interval, 1_000_000)) { [weak self] in self?.sweep() }
    }

    private func sweep() {
        sweepIsScheduled = false
        guard handle != nil, !connections.isEmpty else { return }
        let now = MonotonicClock.now()
        for connection in connections.values {
            if let deadline = connection.deadline, deadline <= now {
                connection.shut()
            } else if connection.isBrokenOff {
                connection.current?.clientHasLeft = true
                connection.shut(overdue: false)
            }
        }
        // Its own timeouts are looked at only while it runs.
        run()
        if handle != nil { scheduleSweep() }
    }
}
