/// A response as it came.
struct Response {
    var status: Int
    var fields: [(name: String, value: String)]
    var body: [UInt8]
}

/// Finds the end of a response in what has arrived. It knows Content-Length only, which is what the servers send.
struct ResponseFraming {
    private var buffer: [UInt8] = []
    private var headEnd: Int?
    private var length = 0

    /// - Returns: how many responses are complete now.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        buffer.append(contentsOf: bytes)
        var count = 0
        while let total = total, buffer.count >= total {
            count += 1
            drop(total)
        }
        return count
    }

    /// As ``take(_:)`` where only one response is awaited, and what it says is wanted.
    mutating func response(after bytes: UnsafeRawBufferPointer) -> Response? {
        buffer.append(contentsOf: bytes)
        guard let total, let headEnd, buffer.count >= total else { return nil }
        let lines = String(decoding: buffer[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (String(parts[0]), String(parts.last ?? "").trimmingSpace)
        }
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        defer { drop(total) }
        return Response(status: status, fields: fields, body: Array(buffer[(headEnd + 4)..<total]))
    }

    private mutating func drop(_ count: Int) {
        if buffer.count == count { buffer.removeAll(keepingCapacity: true) } else { buffer.removeFirst(count) }
        headEnd = nil
    }

    /// The size of the first response, once its head is there.
    private var total: Int? {
        mutating get {
            if headEnd == nil, let end = endOfHead() {
                headEnd = end
                length = contentLength(in: buffer[..<end])
            }
            return headEnd.map { $0 + 4 + length }
        }
    }

    private func endOfHead() -> Int? {
        let (cr, lf) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
        guard buffer.count >= 4 else { return nil }
        return (0...(buffer.count - 4)).first {
            buffer[$0] == cr && buffer[$0 + 1] == lf && buffer[$0 + 2] == cr && buffer[$0 + 3] == lf
        }
    }

    private func contentLength(in head: ArraySlice<UInt8>) -> Int {
        let name = Array("\ncontent-length:".utf8)
        var matched = 0
        var number = 0
        for byte in head {
            if matched == name.count {
                if byte == UInt8(ascii: " ") { continue }
                guard (0x30...0x39).contains(byte) else { break }
                number = number * 10 + Int(byte - 0x30)
            } else {
                let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
                matched = lower == name[matched] ? matched + 1 : (lower == name[0] ? 1 : 0)
            }
        }
        return number
    }
}

extension String {
    fileprivate var trimmingSpace: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
