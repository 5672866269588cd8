internal import CMicroHTTPD
internal import HTTPSemantics
internal import Upstream

/// A response object of libmicrohttpd that is queued again for every reply with the same stamp.
///
/// To make one, libmicrohttpd copies every name and value: with eight fields that took 11,000 to 16,000 instructions,
/// where a whole request to a bare server takes 6,200.
final class KeptResponse {
    let response: OpaquePointer
    /// The fields as they go out.
    let fields: FieldBlock
    /// Where the journal has such a reply.
    var mark: JournalMark?

    /// - Parameter response: one reference, which is given back with this object. libmicrohttpd holds its own as long as
    ///   a connection sends it.
    init(_ response: OpaquePointer, fields: FieldBlock) {
        self.response = response
        self.fields = fields
    }

    deinit { MHD_destroy_response(response) }
}

/// The response objects of the replies that a daemon gives again and again, by their stamps.
struct KeptResponses {
    /// Stamps change every second and are not told when they are out of use, so all go when there are so many.
    private static let capacity = 1024

    private var responses: [UInt64: KeptResponse] = [:]
    private var last: (stamp: UInt64, kept: KeptResponse)?

    /// The response object of a reply with a stamp, made if there is none; `nil` where libmicrohttpd cannot send it.
    mutating func response(for reply: RenderedReply, stamp: UInt64) -> KeptResponse? {
        if let last, last.stamp == stamp { return last.kept }
        if responses[stamp] == nil {
            guard let made = ResponseWriter.response(for: reply, closing: false) else { return nil }
            if responses.count == Self.capacity { responses.removeAll(keepingCapacity: true) }
            responses[stamp] = KeptResponse(made, fields: ResponseWriter.fieldsSent(reply, closing: false))
        }
        last = responses[stamp].map { (stamp, $0) }
        return last?.kept
    }

    mutating func removeAll() {
        responses = [:]
        last = nil
    }
}
