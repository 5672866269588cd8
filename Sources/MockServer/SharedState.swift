internal import Journal

/// What the lanes of one server share on the loop thread.
final class SharedState {
    let loop: Loop
    let configuration: MockServer.Configuration
    let holds: HoldRegistry
    let sentinel: StallSentinel
    /// Secrets become digests under a key that no other server has.
    let redaction: Redaction

    init(loop: Loop, configuration: MockServer.Configuration, sentinel: StallSentinel) {
        self.loop = loop
        self.configuration = configuration
        self.sentinel = sentinel
        let digest = KeyedDigest()
        redaction = Redaction { digest($0) }
        holds = HoldRegistry()
    }
}
