internal import CMicroHTTPD
internal import Glibc
internal import HTTPSemantics

/// The head of the request that a connection is at, and whether it may be taken.
///
/// A client that tries again on its connection sends the same bytes again. They are compared with those of the request
/// before, which stands for reading and checking them.
final class RequestHead {
    /// The raw request target, before libmicrohttpd decodes it in its buffer.
    private(set) var target: [UInt8] = []
    private(set) var method = ""
    private(set) var fields = FieldBlock()
    private(set) var hasBody = false
    private(set) var problem: RequestProblem?
    /// Where the journal has an arrival with this head.
    var mark: JournalMark?

    /// The head as libmicrohttpd left it in its buffer; empty where it says too little of what was sent.
    private var bytes: [UInt8] = []

    /// A request line is there.
    func take(target: UnsafePointer<CChar>) {
        let size = strlen(target)
        if size == self.target.count, memcmp(target, self.target, size) == 0 { return }
        self.target = Array(UnsafeRawBufferPointer(start: target, count: size))
        forget()
    }

    /// The header section is there.
    func read(
        _ connection: OpaquePointer, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>, bodyLimit: Int
    ) {
        let head = UnsafeRawBufferPointer(start: method, count: CMicroHTTPD_head_size(connection))
        if !bytes.isEmpty, head.count == bytes.count, memcmp(method, bytes, bytes.count) == 0 { return }
        forget()
        self.method = String(cString: method)
        readFields(of: connection)
        let framing = RequestProblem.Framing(fields)
        hasBody = framing.hasBody
        problem =
            RequestProblem.problem(
                method: self.method, fields, framing, isOld: strcmp(version, "HTTP/1.0") == 0, bodyLimit: bodyLimit)
            ?? RawHead.problem(of: connection, method: method, version: version)
        if problem == nil { bytes.append(contentsOf: head) }
    }

    private func forget() {
        bytes.removeAll(keepingCapacity: true)
        mark = nil
    }

    private func readFields(of connection: OpaquePointer) {
        fields.removeAll()
        withUnsafeMutablePointer(to: &fields) { collect(of: connection, into: $0) }
    }

    /// The header fields of a request, copied once.
    static func fields(of connection: OpaquePointer) -> FieldBlock {
        var fields = FieldBlock()
        withUnsafeMutablePointer(to: &fields) { collect(of: connection, into: $0) }
        return fields
    }
}

private func collect(of connection: OpaquePointer, into fields: UnsafeMutablePointer<FieldBlock>) {
    _ = MHD_get_connection_values_n(
        connection, .HEADER_KIND,
        { context, _, name, nameSize, value, valueSize in
            guard let fields = context?.assumingMemoryBound(to: FieldBlock.self) else { return .NO }
            fields.pointee.append(
                name: UnsafeRawBufferPointer(start: name, count: nameSize),
                value: UnsafeRawBufferPointer(start: value, count: valueSize))
            return .YES
        }, fields)
}
