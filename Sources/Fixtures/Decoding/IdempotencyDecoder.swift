internal import HTTPSemantics

extension Idempotency {
    /// Reads `{ header: Idempotency-Key, keep: 24h }`.
    init?(_ value: Value) {
        guard let mapping = value.mapping(of: IdempotencyKey.self) else { return nil }
        self.init()
        if let value = mapping[.header], let name = value.text("a header's name") {
            if !Names.isToken(name) {
                value.error("\(name.quoted) is not a header's name: letters, digits and !#$%&'*+-.^_`|~ only")
            }
            header = name
        }
        if let keep = mapping[.keep]?.duration("a time", in: .milliseconds(1) ... .seconds(3660 * 86_400)) {
            self.keep = keep
        }
    }
}
