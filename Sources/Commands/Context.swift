/// What a command may touch: the only way to the terminal and the environment.
public struct Context: Sendable {
    public var environment: [String: String]
    /// Results.
    public var output: Sink
    /// Progress and diagnostics.
    public var diagnostics: Sink
    /// The path of the running `retrograde`, which `grade` starts as its built-in reference client.
    public var executable: String
    public var signals: Signals

    public init(
        environment: [String: String], output: Sink, diagnostics: Sink, executable: String, signals: Signals = .none
    ) {
        self.environment = environment
        self.output = output
        self.diagnostics = diagnostics
        self.executable = executable
        self.signals = signals
    }

    /// What asks a command to end before it is done.
    public struct Signals: Sendable {
        /// Calls with the number of each signal, on a thread of its own, until the value that it gives is released.
        public var listen: @Sendable (_ onSignal: @escaping @Sendable (Int32) -> Void) throws -> any Sendable

        public init(listen: @escaping @Sendable (@escaping @Sendable (Int32) -> Void) throws -> any Sendable) {
            self.listen = listen
        }

        /// Nothing ever asks.
        public static let none = Signals { _ in () }
    }

    /// Somewhere text goes.
    public struct Sink: Sendable {
        public var write: @Sendable (String) -> Void
        /// For what need not be text, such as the body of a response.
        public var writeBytes: @Sendable ([UInt8]) -> Void
        /// `errno` of the first write that failed, if one did.
        public var failure: @Sendable () -> Int32?
        /// Whether a person watches; colour and progress lines are for terminals only.
        public var isTerminal: Bool

        /// - Parameters:
        ///   - isTerminal: whether a person watches.
        ///   - failure: `errno` of the first write that failed, if one did.
        ///   - writeBytes: nil to write bytes as text, invalid UTF-8 repaired.
        ///   - write: takes text, all of it.
        public init(
            isTerminal: Bool = false, failure: @escaping @Sendable () -> Int32? = { nil },
            writeBytes: (@Sendable ([UInt8]) -> Void)? = nil,
            write: @escaping @Sendable (String) -> Void
        ) {
            self.isTerminal = isTerminal
            self.failure = failure
            self.write = write
            self.writeBytes = writeBytes ?? { write(String(decoding: $0, as: UTF8.self)) }
        }
    }
}
