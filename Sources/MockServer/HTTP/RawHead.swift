internal import CMicroHTTPD
internal import Glibc

/// The header section of a request as it lies in libmicrohttpd's buffer, for what the library does not tell.
///
/// libmicrohttpd 0.9.75 ends a value at a NUL and drops the rest of it in silence, and it joins a field with the line
/// that continues it somewhere else. The names and values that it gives point into the one buffer of the connection, so
/// what it dropped stands between them, and what it joined lies outside.
struct RawHead {
    private let bytes: UnsafeRawBufferPointer
    /// Up to here everything is accounted for.
    private var position: UnsafeRawPointer
    private(set) var problem: RequestProblem?

    /// - Parameters:
    ///   - method: where the head begins.
    ///   - version: the last word of the request line, in the same buffer.
    static func problem(
        of connection: OpaquePointer, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>
    ) -> RequestProblem? {
        var head = RawHead(
            bytes: UnsafeRawBufferPointer(start: method, count: CMicroHTTPD_head_size(connection)),
            position: UnsafeRawPointer(version) + strlen(version))
        guard head.contains(head.position) else { return nil }
        withUnsafeMutablePointer(to: &head) { pointer in
            _ = MHD_get_connection_values_n(
                connection, .HEADER_KIND,
                { context, _, name, nameSize, value, valueSize in
                    guard let head = context?.assumingMemoryBound(to: RawHead.self), let name, let value else {
                        return .NO
                    }
                    head.pointee.take(UnsafeRawPointer(name), upTo: UnsafeRawPointer(value) + valueSize)
                    return head.pointee.problem == nil ? .YES : .NO
                }, pointer)
        }
        if head.problem == nil, let end = head.bytes.baseAddress.map({ $0 + head.bytes.count }) {
            // The empty line is two ends of lines in a row.
            head.skipLineEnd(before: end)
            head.skipLineEnd(before: end)
            if head.position != end { head.problem = .invalidFieldValue }
        }
        return head.problem
    }

    private init(bytes: UnsafeRawBufferPointer, position: UnsafeRawPointer) {
        self.bytes = bytes
        self.position = position
    }

    private func contains(_ pointer: UnsafeRawPointer) -> Bool {
        guard let start = bytes.baseAddress else { return false }
        return pointer >= start && pointer < start + bytes.count
    }

    private mutating func take(_ name: UnsafeRawPointer, upTo end: UnsafeRawPointer) {
        guard contains(name) else {
            problem = .foldedField
            return
        }
        skipLineEnd(before: name)
        if position != name { problem = .invalidFieldValue }
        position = end
    }

    /// Spaces at the end of a line are no part of a value, and CR and LF were replaced by NUL.
    private mutating func skipLineEnd(before end: UnsafeRawPointer) {
        while position < end, [0x20, 0x09].contains(byte) { position += 1 }
        for _ in 0..<2 where position < end && byte == 0 { position += 1 }
    }

    private var byte: UInt8 { position.load(as: UInt8.self) }
}
