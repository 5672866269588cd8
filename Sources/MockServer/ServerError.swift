/// Why the server, or a lane of it, could not be had.
public struct ServerError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Hashable, Sendable {
        /// Somebody else listens there.
        case addressInUse
        /// The address is not one of this machine, or not an address, or may not be used.
        case addressUnusable
        /// A lane of this name exists.
        case nameTaken
        /// The server was shut down.
        case stopped
        /// The certificate or its key cannot be used.
        case certificateUnusable
        /// The system has no more descriptors, threads or memory to give.
        case resources
    }

    public var code: Code
    /// A sentence for the user, without a full stop.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
