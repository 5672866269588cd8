internal import RateLimiting

/// Files that were read when the fixture was loaded, by their path below its folder, with slashes and without `.` or
/// `..`. Nothing is opened when a request comes, so no path can lead anywhere else.
public struct StaticFiles: Hashable, Sendable {
    public var files: [String: File]

    public init(_ files: [String: File] = [:]) { self.files = files }

    public struct File: Hashable, Sendable {
        public var bytes: [UInt8]
        public var contentType: String
        /// Follows from the bytes.
        public let entityTag: String

        public init(_ bytes: [UInt8], contentType: String) {
            self.bytes = bytes
            self.contentType = contentType
            entityTag = Self.entityTag(of: bytes)
        }

        /// A strong validator (RFC 9110 section 8.8.3) that is the same in every run.
        public static func entityTag(of bytes: [UInt8]) -> String {
            "\"\(String(LimitKey(bytes).digest, radix: 16))-\(String(bytes.count, radix: 16))\""
        }
    }
}
