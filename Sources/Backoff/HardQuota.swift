import HTTPSemantics

/// Refusals that no wait ends: the account has nothing left to spend.
///
/// OpenAI and those who speak its dialect answer 429 with `insufficient_quota` as the error's code and type
/// (https://platform.openai.com/docs/guides/error-codes); trying again only adds to the caller's refusals.
public enum HardQuota {
    /// Bodies beyond this size are no error messages and are not read, in bytes.
    static let bodyLimit = 1 << 16

    /// Whether a JSON body says so: as `code` or `type`, of itself or of its `error`.
    public static func isSaid(by body: [UInt8]) -> Bool {
        guard body.count <= bodyLimit, body.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else { return false }
        var scanner = JSONScanner(body)
        return (try? says(&scanner)) ?? false
    }

    private static func says(_ scanner: inout JSONScanner) throws(JSONSyntaxError) -> Bool {
        var found = false
        try scanner.object { (scanner, name) throws(JSONSyntaxError) in
            let kind = try scanner.kind()
            switch (String(decoding: name, as: UTF8.self), kind) {
            case ("error", .object): if try says(&scanner) { found = true }
            case ("code", .string), ("type", .string):
                if try scanner.string() == Array("insufficient_quota".utf8) { found = true }
            default: try scanner.skip()
            }
        }
        return found
    }
}
