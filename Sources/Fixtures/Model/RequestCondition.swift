/// Something that must be true of a request.
public struct RequestCondition: Hashable, Sendable {
    public var subject: Subject
    public var test: Test

    public init(_ subject: Subject, _ test: Test) {
        self.subject = subject
        self.test = test
    }

    public enum Subject: Hashable, Sendable {
        /// The first value of a field.
        case header(String)
        /// The first value of a query parameter, percent-decoded.
        case query(String)
        /// A value in the body, as its text: strings without their quotes, everything else as it stands.
        case json(pointer: [String])
    }

    public enum Test: Hashable, Sendable {
        /// It is there, or is not.
        case present(Bool)
        /// It is there and is exactly this.
        case equals(String)
        /// It is there and this occurs in it.
        case contains(String)
    }
}
