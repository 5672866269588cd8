/// Keys by which a server recognises a call that it has seen.
public enum IdempotencyKey {
    /// A version 4 UUID in lower case (RFC 9562 section 5.4), as a structured string in quotation marks
    /// (draft-ietf-httpapi-idempotency-key-header, section 2.1).
    public static func random(using generator: inout some RandomNumberGenerator) -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text = "\""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += byte < 16 ? "0" : ""
            text += String(byte, radix: 16)
        }
        return text + "\""
    }
}
