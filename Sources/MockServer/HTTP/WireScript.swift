/// What is done to the bare socket of a suspended connection, step by step: the one mechanism behind replies that
/// libmicrohttpd would not send and behind every fault that breaks a message.
struct WireScript: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case send([UInt8])
        case wait(Duration)
        /// The connection ends with FIN.
        case finish
        /// The connection ends with RST.
        case reset
        /// Nothing more is sent; the connection stays until the client leaves or the lane ends.
        case stall
    }

    var steps: [Step]

    init(_ steps: Step...) { self.steps = steps }
}
