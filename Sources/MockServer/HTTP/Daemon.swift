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
    private let loop: Loop
    private let port: Port
    /// PEM for libmicrohttpd, which does not say how long it reads it; `nil` without TLS.
    private let certificates, key: UnsafeMutablePointer<CChar>?
    /// What libmicrohttpd's log is given.
    private let callbacks: UnsafeMutablePointer<CMicroHTTPD_callbacks>

    private var handle: OpaquePointer?
    private var epollDescriptor: Int32 = -1
    private var epollWatch: UInt64 = 0
    private var connections: [ObjectIdentifier: LiveConnection] = [:]
    private var connectionsSoFar: UInt64 = 0
    private var parked: [ObjectIdentifier: LiveExchange] = [:]
    private var runIsDue = false
    private var sweepIsScheduled = false
    /// Accepts nothing new, and lets connections end after their reply.
    private(set) var isDraining = false
    private var isStopping = false

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
    private(set) var exchangesInFlight = 0

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

    // MARK: Exchanges

    func requestLine(_ target: [UInt8], on connection: LiveConnection) -> LiveExchange {
        let now = MonotonicClock.now()
        if !connection.isStalled { connection.deadline = now + settings.headerDeadline.nanoseconds }
        exchangesInFlight += 1
        let exchange = service.begin(on: connection, target: target, arrivedAt: now)
        connection.current = exchange
        return exchange
    }

    func handle(
        _ exchange: LiveExchange, _ connection: OpaquePointer, method: UnsafePointer<CChar>,
        version: UnsafePointer<CChar>, piece: UnsafeRawBufferPointer
    ) -> MHD_Result {
        switch exchange.phase {
        case .heading: return takeHead(of: exchange, connection, method: method, version: version)
        case .body where !piece.isEmpty: return take(piece, of: exchange)
        case .body:
            exchange.connection.deadline = nil
            if exchange.digest != nil { service.received(exchange, complete: true) }
            return perform(service.answer(exchange), for: exchange)
        case .parked:
            if isStopping { return abandon(exchange, .aborted(.shutdown)) }
            if exchange.clientHasLeft { return abandon(exchange, .aborted(.client)) }
            return perform(service.resumed(exchange), for: exchange)
        case .scripted, .over: return .NO
        }
    }

    /// libmicrohttpd is about to answer a request with an error page, and does not say which. One whose Content-Length it
    /// cannot read it would answer twice (0.9.75), so that one is answered here and its connection shut under it.
    func willAnswerByItself() {
        for connection in connections.values {
            guard let exchange = connection.current, exchange.phase == .heading else { continue }
            let fields = requestFields(of: connection.handle)
            guard let problem = RequestProblem.Framing(fields).lengthProblem else { continue }
            exchange.request.fields = fields
            service.arrived(exchange)
            let reply = WireMessage(service.refuse(exchange, problem), toHead: false, closing: true)
            service.replying(exchange, status: problem.status, fields: reply.fields)
            var run = WireRun(WireScript(.send(reply.head + reply.body), .finish), on: connection.outlet)
            let isSent = run.advance(at: MonotonicClock.now()) == .ended
            exchange.phase = .over
            end(exchange, isSent ? .completed : .aborted(.client))
            connection.outlet.end()
        }
    }

    private func takeHead(
        of exchange: LiveExchange, _ connection: OpaquePointer, method: UnsafePointer<CChar>,
        version: UnsafePointer<CChar>
    ) -> MHD_Result {
        exchange.handle = connection
        exchange.request.method = String(cString: method)
        exchange.request.fields = requestFields(of: connection)
        exchange.connection.deadline = MonotonicClock.now() + settings.idleTimeout.nanoseconds
        service.arrived(exchange)
        let (found, hasBody) = RequestProblem.check(
            exchange.request, version: version, bodyLimit: service.bodyLimit)
        if let problem = found ?? RawHead.problem(of: connection, method: method, version: version) {
            // An answer in the first call makes libmicrohttpd close the connection and read no more of it, which
            // is what must happen here.
            return perform(.reply(service.refuse(exchange, problem)), for: exchange)
        }
        exchange.phase = .body
        guard hasBody else { return .YES }
        exchange.digest = BodyDigest()
        exchange.interruption = service.interruption(of: exchange)
        return exchange.interruption == 0 ? interrupt(exchange) : .YES
    }

    private func take(_ piece: UnsafeRawBufferPointer, of exchange: LiveExchange) -> MHD_Result {
        exchange.connection.deadline = MonotonicClock.now() + settings.idleTimeout.nanoseconds
        exchange.receivedBytes += piece.count
        exchange.digest?.update(piece)
        guard exchange.receivedBytes <= service.bodyLimit else {
            // libmicrohttpd takes no response here, so it goes out as bytes, and the rest of the body is cut off.
            service.received(exchange, complete: false)
            let reply = service.refuse(exchange, .bodyTooLarge)
            return perform(rawReply(reply, to: exchange), for: exchange)
        }
        exchange.request.body.append(contentsOf: piece)
        if let interruption = exchange.interruption, exchange.receivedBytes >= interruption {
            return interrupt(exchange)
        }
        return .YES
    }

    /// Answers with the body still under way. libmicrohttpd sends no response here; bytes of our own, it does.
    private func interrupt(_ exchange: LiveExchange) -> MHD_Result {
        exchange.connection.deadline = nil
        service.received(exchange, complete: false)
        return perform(service.answer(exchange), for: exchange)
    }

    /// Tells the service how an exchange ended, once.
    private func end(_ exchange: LiveExchange, _ ending: Ending) {
        guard !exchange.hasEnded else { return }
        exchange.hasEnded = true
        exchangesInFlight -= 1
        if exchange.hasOverheard { service.received(exchange, complete: false) }
        service.ended(exchange, ending)
    }

    func completed(_ exchange: LiveExchange, _ code: MHD_RequestTerminationCode) {
        let connection = exchange.connection
        if exchange.phase == .body, exchange.digest != nil { service.received(exchange, complete: false) }
        end(exchange, ending(of: exchange, code))
        exchange.handle = nil
        connection.current = nil
        connection.deadline = MonotonicClock.now() + settings.idleTimeout.nanoseconds
        if isDraining { connection.deadline = 0 }
    }

    private func ending(of exchange: LiveExchange, _ code: MHD_RequestTerminationCode) -> Ending {
        if exchange.connection.isOverdue { return .aborted(.timeout) }
        if exchange.clientHasLeft { return .aborted(.client) }
        switch code {
        case .REQUEST_TERMINATED_COMPLETED_OK: return .completed
        case .REQUEST_TERMINATED_TIMEOUT_REACHED: return .aborted(.timeout)
        case .REQUEST_TERMINATED_DAEMON_SHUTDOWN: return .aborted(.shutdown)
        // Broken chunks among them: a client that leaves within its request has codes of its own.
        case .REQUEST_TERMINATED_WITH_ERROR where exchange.phase == .heading || exchange.phase == .body:
            return .aborted(.malformed)
        default: return .aborted(.client)
        }
    }

    // MARK: Steps

    private func perform(_ step: Step, for exchange: LiveExchange) -> MHD_Result {
        switch step {
        case .reply(let reply): return send(reply, to: exchange)
        case .park: return park(exchange)
        case .script(let script, let ending):
            return advance(WireRun(script, on: exchange.connection.outlet), for: exchange, ending)
        case .abandon: return abandon(exchange, .aborted(.shutdown))
        }
    }

    private func send(_ reply: RenderedReply, to exchange: LiveExchange) -> MHD_Result {
        guard let handle = exchange.handle,
            let response = ResponseWriter.response(for: reply, closing: isDraining)
        else { return perform(rawReply(reply, to: exchange), for: exchange) }
        defer { MHD_destroy_response(response) }
        service.replying(
            exchange, status: reply.status, fields: ResponseWriter.fieldsSent(reply, closing: isDraining))
        exchange.phase = .over
        guard sendInterim(reply.informational, to: exchange) else { return abandon(exchange, .aborted(.client)) }
        return MHD_queue_response(handle, UInt32(reply.status), response)
    }

    /// Interim responses go out ahead of libmicrohttpd, which knows only 100 and 102 and mistakes others for final.
    private func sendInterim(_ statuses: [Int], to exchange: LiveExchange) -> Bool {
        guard !statuses.isEmpty else { return true }
        let bytes = statuses.flatMap { "HTTP/1.1 \(ReasonPhrase.line($0))\r\n\r\n".utf8 }
        var run = WireRun(WireScript(.send(bytes), .finish), on: exchange.connection.outlet)
        // At most some kilobytes on a socket that has nothing else under way.
        return run.advance(at: MonotonicClock.now()) == .ended
    }

    /// The same reply as bytes of our own, after which the connection is closed.
    private func rawReply(_ reply: RenderedReply, to exchange: LiveExchange) -> Step {
        let message = WireMessage(reply, toHead: exchange.request.method == "HEAD", closing: true)
        service.replying(exchange, status: reply.status, fields: message.fields)
        return .script(WireScript(.send(message.interim + message.head + message.body), .finish), .completed)
    }

    private func abandon(_ exchange: LiveExchange, _ ending: Ending) -> MHD_Result {
        end(exchange, ending)
        exchange.phase = .over
        return .NO
    }

    private func park(_ exchange: LiveExchange) -> MHD_Result {
        exchange.phase = .parked
        suspend(exchange)
        return .YES
    }

    private func suspend(_ exchange: LiveExchange) {
        guard let handle = exchange.handle else { return }
        MHD_suspend_connection(handle)
        parked[ObjectIdentifier(exchange)] = exchange
        // libmicrohttpd does not look at a suspended connection and would report one that was closed meanwhile as
        // completed.
        exchange.leaveWatch = loop.watch(
            exchange.connection.descriptor, events: EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue
        ) { [weak self, unowned exchange] in
            exchange.clientHasLeft = true
            exchange.overhearRest()
            self?.end(exchange, .aborted(.client))
            self?.resume(exchange)
        }
    }

    private func advance(_ run: WireRun, for exchange: LiveExchange, _ ending: Ending) -> MHD_Result {
        var run = run
        switch exchange.advance(&run) {
        case .clientLeft: return abandon(exchange, .aborted(.client))
        case .ended:
            end(exchange, ending)
            run.finish()
            exchange.phase = .over
            return .NO
        case .waiting(let until):
            exchange.phase = .scripted
            suspend(exchange)
            goOn(run, for: exchange, ending, at: until)
        case .stalled:
            exchange.phase = .scripted
            suspend(exchange)
        }
        return .YES
    }

    private func goOn(_ run: WireRun, for exchange: LiveExchange, _ ending: Ending, at due: Int64) {
        _ = loop.schedule(at: due) { [weak self, weak exchange] in
            guard let self, let exchange, parked[ObjectIdentifier(exchange)] != nil else { return }
            var run = run
            switch exchange.advance(&run) {
            case .clientLeft:
                end(exchange, .aborted(.client))
                resume(exchange)
            case .ended:
                end(exchange, ending)
                run.finish()
                resume(exchange)
            case .waiting(let until): goOn(run, for: exchange, ending, at: until)
            case .stalled: break
            }
        }
    }
}
