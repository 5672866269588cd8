/// What the lanes of one server share on the loop thread.
final class SharedState {
    let loop: Loop
    let configuration: MockServer.Configuration
    let holds: HoldRegistry
    let sentinel: StallSentinel

    init(loop: Loop, configuration: MockServer.Configuration, sentinel: StallSentinel) {
        self.loop = loop
        self.configuration = configuration
        self.sentinel = sentinel
        holds = HoldRegistry(loop: loop)
    }
}
