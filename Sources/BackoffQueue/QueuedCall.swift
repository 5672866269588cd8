import HTTPSemantics
public import HTTPTypes

/// A call that waits in a queue.
public struct QueuedCall: Hashable, Sendable, Identifiable {
    /// Grows in the order in which calls were added.
    public var id: Int64
    /// With its scheme, its authority, and its Idempotency-Key unless the method is safe.
    public var request: HTTPRequest
    public var body: [UInt8]?
    /// Calls with a higher one go first.
    public var priority: Int
    /// Seconds since 1970: the call is not sent before.
    public var notBefore: Double
    public var state: State
    /// Requests that were sent for it and ended.
    public var attempts: Int
    /// How often a client has given it up.
    public var failures: Int
    /// Why it was given up last, or for good.
    public var reason: String?

    public enum State: Int, Hashable, Sendable, CaseIterable {
        case waiting = 0
        /// A process is sending it.
        case sending = 1
        /// It will not be sent again unless it is revived.
        case dead = 2
    }
}

/// How a call's fields stand in the file: a line each, as on the wire.
enum FieldText {
    static func text(of fields: HTTPFields) -> String {
        fields.map { "\($0.name.rawName): \($0.value)\n" }.joined()
    }

    static func fields(_ text: String) -> HTTPFields {
        var fields = HTTPFields()
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":"), let name = HTTPField.Name(String(line[..<colon])) else {
                continue
            }
            fields.append(HTTPField(name: name, value: String(line[colon...].dropFirst(2))))
        }
        return fields
    }
}
