public import HTTPSemantics

/// Makes secrets unreadable before they come into a journal. Equal secrets stay equal, so a reader can still tell
/// that a retry carried the same key.
public struct Redaction: Sendable {
    /// A keyed digest of a secret, in text. It must not be possible to find the secret by trying: the key belongs to
    /// the process and is not written anywhere.
    public var digest: @Sendable (_ secret: [UInt8]) -> String
    /// Lower-case names of fields whose values are secrets.
    public var fieldNames: Set<String>
    /// Lower-case names of query parameters whose values are secrets.
    public var parameterNames: Set<String>

    public static let defaultFieldNames: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "x-auth-token",
        "x-goog-api-key", "x-amz-security-token",
    ]
    public static let defaultParameterNames: Set<String> = [
        "key", "api_key", "apikey", "api-key", "token", "access_token", "auth_token", "secret", "client_secret",
        "password", "signature", "sig", "x-amz-signature", "x-amz-credential", "x-amz-security-token",
    ]

    public init(
        fieldNames: Set<String> = Redaction.defaultFieldNames,
        parameterNames: Set<String> = Redaction.defaultParameterNames,
        digest: @escaping @Sendable (_ secret: [UInt8]) -> String
    ) {
        self.fieldNames = fieldNames
        self.parameterNames = parameterNames
        self.digest = digest
    }

    /// The fields with each secret value as `redacted:<digest>`.
    public func fields(_ fields: FieldBlock) -> FieldBlock {
        let secret = (0..<fields.count).map { isSecret(fields.field(at: $0).name, fieldNames) }
        guard secret.contains(true) else { return fields }
        var redacted = FieldBlock()
        for (index, isSecret) in secret.enumerated() {
            let (name, value) = fields.field(at: index)
            redacted.append(name: name, value: isSecret ? replacement(for: value)[...] : value)
        }
        return redacted
    }

    /// A request target with each secret query value as `redacted:<digest>`, and everything else as it is.
    public func target(_ target: [UInt8]) -> [UInt8] {
        guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return target }
        let pairs = target[(mark + 1)...].split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        let redacted = pairs.map { pair -> [UInt8] in
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), isSecret(pair[..<equals], parameterNames) else {
                return Array(pair)
            }
            return pair[...equals] + replacement(for: pair[(equals + 1)...])
        }
        return target[...mark] + Array(redacted.joined(separator: [UInt8(ascii: "&")]))
    }

    /// The value of one field, as ``fields(_:)`` shows it.
    public func value(_ value: [UInt8], ofField name: String) -> [UInt8] {
        isSecret(Array(name.utf8)[...], fieldNames) ? replacement(for: value[...]) : value
    }

    /// The value of one query parameter, as ``target(_:)`` shows it. What was percent-encoded there gives another
    /// digest than it does here.
    public func value(_ value: [UInt8], ofParameter name: String) -> [UInt8] {
        isSecret(Array(name.utf8)[...], parameterNames) ? replacement(for: value[...]) : value
    }

    private func isSecret(_ name: ArraySlice<UInt8>, _ names: Set<String>) -> Bool {
        names.contains(String(decoding: name.map(\.lowercasedASCII), as: UTF8.self))
    }

    private func replacement(for secret: ArraySlice<UInt8>) -> [UInt8] {
        Array("redacted:\(digest(Array(secret)))".utf8)
    }
}
