internal import HTTPSemantics

/// The built-in client without jitter: what the machine adds to its delays is the noise floor.
enum ReferenceClient {
    /// The command line of a client that retries for ever, always after the same time.
    static func command(_ executable: String, delay: Duration) -> ClientCommand {
        let milliseconds = "\(delay.roundedUp(toMultipleOf: .milliseconds(1)))ms"
        return ClientCommand(words: [
            executable, "call", "--quiet", "--jitter", "none", "--factor", "1", "--base", milliseconds, "--cap",
            milliseconds, "--attempts", "1000", "{url}",
        ])
    }
}
