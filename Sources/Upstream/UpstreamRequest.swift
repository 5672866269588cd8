public import HTTPSemantics

/// A request as the engine sees it: read completely, not yet decided.
public struct UpstreamRequest: Sendable {
    /// The number of the exchange in its lane.
    public var exchange: UInt64
    /// Upper case as sent; methods are case-sensitive.
    public var method: String
    /// The raw request target: path, and query if any, not decoded.
    public var target: [UInt8]
    public var fields: FieldBlock
    public var body: [UInt8]
    /// SHA-256 of the body in hexadecimal, where whoever read it has made it.
    public var bodyDigest: String?
    /// The address of the peer, without its port.
    public var address: String

    public init(
        exchange: UInt64 = 1, method: String, target: String, fields: FieldBlock = FieldBlock(), body: [UInt8] = [],
        address: String = "127.0.0.1"
    ) {
        self.init(
            exchange: exchange, method: method, targetBytes: Array(target.utf8), fields: fields, body: body,
            address: address)
    }

    public init(
        exchange: UInt64, method: String, targetBytes: [UInt8], fields: FieldBlock, body: [UInt8], address: String
    ) {
        self.exchange = exchange
        self.method = method
        self.target = targetBytes
        self.fields = fields
        self.body = body
        self.address = address
    }
}
