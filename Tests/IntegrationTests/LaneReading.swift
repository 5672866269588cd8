import HTTPSemantics
import Journal
import MockServer

extension Lane {
    /// What has arrived so far, in order.
    func exchanges() async -> [Exchange] { Exchange.gather(await journal().entries).exchanges }
}

extension [Exchange] {
    var statuses: [Int?] { map { $0.reply?.status } }

    /// From just before the first byte of each response to the next request: never shorter than the client's wait.
    var gaps: [Duration] {
        zip(self, dropFirst()).compactMap { before, after in before.repliedAt.map { after.arrivedAt - $0 } }
    }
}

/// How much earlier than announced a client's own timer may make it.
let tolerance = Duration.milliseconds(25)
