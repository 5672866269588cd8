internal import HTTPSemantics
internal import Logging
internal import Upstream

/// The control API as a service: it hands each request to a task beside the loop and sends what comes back.
///
/// `@unchecked Sendable`: it belongs to the loop thread; tasks carry it only into calls on that thread.
final class ControlServer: @unchecked Sendable {
    /// An exchange with its answer.
    final class ControlExchange: LiveExchange {
        var reply: ControlReply?
    }

    private let loop: Loop
    private let configuration: ControlConfiguration
    private let door: ControlDoor
    private let startedAt = MonotonicClock.now()
    private(set) var daemon: Daemon?
    private var exchangesSoFar: UInt64 = 0
    private var waiting: [UInt64: ControlExchange] = [:]
    private weak var server: MockServer?
    private let logger: Logger

    let url: String
    /// A fixture is the largest thing that anybody sends here.
    let bodyLimit = 2 << 20

    init(
        _ configuration: ControlConfiguration, loop: Loop, settings: Daemon.Settings, logger: Logger
    ) throws(ServerError) {
        guard let address = SocketAddress(host: configuration.address, port: configuration.port) else {
            throw ServerError(
                .addressUnusable, "\(configuration.address) is not a numeric address or localhost")
        }
        guard address.isLoopback || configuration.token != nil else {
            throw ServerError(
                .addressUnusable,
                "the control API on \(address.host) could be reached by others: give it a token, or 127.0.0.1")
        }
        let listener = try Listener(address)
        self.loop = loop
        self.configuration = configuration
        self.logger = logger
        url = "http://\(listener.address.authority)"
        door = ControlDoor(isLoopback: address.isLoopback, token: configuration.token)
        daemon = try Daemon(on: listener, loop: loop, service: self, settings: settings)
    }

    /// Whose API it is, once that exists.
    func serve(_ server: MockServer) { self.server = server }

    func close() {
        daemon?.stop()
        daemon = nil
    }

    private func noteRefusal(of number: UInt64, _ error: ControlError) {
        if let exchange = waiting[number] { noteRefusal(of: exchange.request, error) }
    }

    private func noteRefusal(of request: UpstreamRequest, _ error: ControlError) {
        logger.controlRefused(error, method: request.method, target: request.target, peer: request.address)
    }

    private func finish(_ number: UInt64, with reply: ControlReply) {
        guard let exchange = waiting.removeValue(forKey: number) else { return }
        exchange.reply = reply
        daemon?.resume(exchange)
    }
}

extension ControlServer: Service {
    func begin(on connection: LiveConnection, target: [UInt8], arrivedAt: Int64) -> LiveExchange {
        exchangesSoFar += 1
        return ControlExchange(
            connection: connection, exchange: exchangesSoFar, target: target, arrivedAt: arrivedAt)
    }

    func refuse(_ exchange: LiveExchange, _ problem: RequestProblem) -> RenderedReply {
        let error = ControlError(status: problem.status, code: "bad-request", message: problem.reason)
        noteRefusal(of: exchange.request, error)
        return ControlReply(error).rendered(at: MonotonicClock.wallTime())
    }

    func answer(_ exchange: LiveExchange) -> Step {
        guard let server else {
            return .reply(ControlReply(.stopped).rendered(at: MonotonicClock.wallTime()))
        }
        let number = exchange.request.exchange
        waiting[number] = exchange.ofControl
        let request = ControlRequest(exchange.request)
        let desk = ControlDesk(server: server, configuration: configuration, startedAt: startedAt)
        Task { [door, loop] in
            let reply = await desk.reply(to: request, door: door)
            loop.post {
                if let refusal = reply.refusal { self.noteRefusal(of: number, refusal) }
                self.finish(number, with: reply)
            }
        }
        return .park
    }

    func resumed(_ exchange: LiveExchange) -> Step {
        guard let reply = exchange.ofControl.reply else { return .abandon }
        return .reply(reply.rendered(at: MonotonicClock.wallTime()))
    }

    func ended(_ exchange: LiveExchange, _ ending: Ending) {
        waiting[exchange.request.exchange] = nil
        exchange.ofControl.reply?.afterwards()
    }

    func arrived(_ exchange: LiveExchange) {}
    func received(_ exchange: LiveExchange, complete: Bool) {}
    func replying(_ exchange: LiveExchange, status: Int, fields: FieldBlock) {}
}

extension LiveExchange {
    /// Exchanges of the control port's daemon are what its service began.
    fileprivate var ofControl: ControlServer.ControlExchange {
        unsafeDowncast(self, to: ControlServer.ControlExchange.self)
    }
}
