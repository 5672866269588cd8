internal import Fixtures
internal import HTTPSemantics
internal import Journal
internal import Upstream

/// Who answers the requests of one port: a lane, or the control API.
///
/// All calls come on the loop thread, for one exchange in this order: ``begin(on:target:arrivedAt:)``,
/// ``arrived(_:)``, then ``refuse(_:_:)`` or ``received(_:complete:)`` and ``answer(_:)``, ``resumed(_:)`` after each
/// park, ``replying(_:_:)``, and always ``ended(_:_:)``, also for one of which nothing else was heard.
protocol Service: AnyObject {
    /// Request bodies beyond so many bytes are refused.
    var bodyLimit: Int { get }

    /// A connection was accepted.
    func connected() -> ConnectionFault.Action
    /// The request line is complete.
    func begin(on connection: LiveConnection, target: [UInt8], arrivedAt: Int64) -> LiveExchange
    /// The header section is complete.
    func arrived(_ exchange: LiveExchange)
    /// After how many bytes of its body the request is answered without the rest, if it is. Asked once, when the
    /// header section is there.
    func interruption(of exchange: LiveExchange) -> Int?
    /// The server will not take the request; nothing but the reply follows.
    func refuse(_ exchange: LiveExchange, _ problem: RequestProblem) -> RenderedReply
    /// The body is complete, or is as much as there will be.
    func received(_ exchange: LiveExchange, complete: Bool)
    /// The request is there as far as it is wanted: what now?
    func answer(_ exchange: LiveExchange) -> Step
    /// An exchange that was parked goes on.
    func resumed(_ exchange: LiveExchange) -> Step
    /// The first byte of the reply goes out next. Gives the fields as they go out.
    func replying(_ exchange: LiveExchange, status: Int, fields: FieldBlock)
    /// The same for a response that goes out again and again.
    func replying(_ exchange: LiveExchange, with kept: KeptResponse, status: Int)
    /// The exchange is over.
    func ended(_ exchange: LiveExchange, _ ending: Ending)
}

extension Service {
    func connected() -> ConnectionFault.Action { .accept }
    func interruption(of exchange: LiveExchange) -> Int? { nil }
    func replying(_ exchange: LiveExchange, with kept: KeptResponse, status: Int) {
        replying(exchange, status: status, fields: kept.fields)
    }
}

/// What the daemon does next with an exchange.
enum Step {
    case reply(RenderedReply)
    /// Nothing, until the service resumes it.
    case park
    /// Steps on the bare socket; when they are done, the exchange has this ending and its connection is closed.
    case script(WireScript, Ending)
    /// The connection is closed without a word.
    case abandon
}

enum Ending: Equatable {
    case completed
    case aborted(Abort)
}
