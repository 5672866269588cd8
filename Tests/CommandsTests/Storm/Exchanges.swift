import HTTPSemantics
import Journal

extension Exchange {
    /// A request of a storm that arrived and was answered; `nil`: it was broken off.
    static func stormed(_ target: String, at arrived: Double, status: Int?, answered: Double? = nil) -> Exchange {
        var exchange = Exchange(
            id: 1, arrivedAt: .seconds(arrived),
            arrival: Arrival(connection: 1, method: "GET", target: target, fields: FieldBlock(), peer: "127.0.0.1:1"))
        exchange.repliedAt = .seconds(answered ?? arrived)
        exchange.endedAt = exchange.repliedAt
        if let status {
            exchange.reply = ReplyHead(status: status, fields: FieldBlock())
        } else {
            exchange.abort = .fault
        }
        return exchange
    }
}

extension Instant {
    static func seconds(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64((seconds * 1e9).rounded())) }
}
