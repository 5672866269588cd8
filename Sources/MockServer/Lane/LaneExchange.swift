internal import HTTPSemantics
internal import Upstream

/// An exchange of a lane, with what the upstream decided and how far the waits before the reply have come.
final class LaneExchange: LiveExchange {
    /// The waits before a reply, in this order.
    enum Stage {
        case delay
        case hold
        case phase
        case send
    }

    /// Which life of the lane it belongs to: a lane that was reset has forgotten it.
    let life: Int
    /// The stamp of its request line, on the lane's line.
    let arrival: Instant
    var plan: ReplyPlan?
    /// What the server answers by itself instead.
    var ownReply: RenderedReply?
    var stage = Stage.delay
    /// Which of the lane's fixtures decided it.
    var edition = 0
    /// The upstream that decided it, where the lane has another one by now.
    var formerUpstream: Upstream?
    /// For the figures: what decided it, and the status that was sent.
    var kind = LaneFigures.Kind(source: .none, status: 0)
    /// When a reply with waits should go out.
    var due: Instant?

    init(
        connection: LiveConnection, exchange: UInt64, target: [UInt8], arrivedAt: Int64, life: Int, arrival: Instant
    ) {
        self.life = life
        self.arrival = arrival
        super.init(connection: connection, exchange: exchange, target: target, arrivedAt: arrivedAt)
    }
}
