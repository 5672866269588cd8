internal import Glibc

/// What is known of the terminal.
enum Terminal {
    enum Stream { case output, diagnostics }

    /// Its width; `nil` where the stream is no terminal.
    static func columns(of stream: Stream) -> Int? {
        var size = winsize()
        let descriptor = stream == .output ? STDOUT_FILENO : STDERR_FILENO
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

extension Context.Sink {
    /// Colour is for terminals, and for those who have not refused it (no-color.org).
    func isColoured(in environment: [String: String]) -> Bool {
        isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
    }
}
