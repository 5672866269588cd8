internal import Glibc

/// A program that this one started: a server under test, a loader, a compiler.
final class ChildProcess {
    let pid: pid_t
    /// The reading end of its standard output, where it was asked for.
    private let output: Int32
    private var status: Int32?
    /// The most memory it had, in bytes, and its time on a processor, in seconds, once it has ended.
    private(set) var usage: (memory: Int, processor: Double) = (0, 0)

    /// - Parameters:
    ///   - arguments: the program, looked up in PATH unless it has a slash, and its arguments.
    ///   - environment: added to this program's own.
    ///   - isHeard: whether ``line()`` or ``text()`` will read what it prints. Unread, a pipe fills up and stops it.
    ///   - showsErrors: its standard error goes to ours; else nowhere.
    init(
        _ arguments: [String], environment: [String: String] = [:], isHeard: Bool = true, showsErrors: Bool = false
    ) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw BenchError("no pipe: \(String(cString: strerror(errno)))") }
        // One thread starts all children, so none can be started between the two calls.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        if isHeard {
            posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        }
        if !showsErrors { posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) }

        for (name, value) in environment { setenv(name, value, 1) }
        defer { for name in environment.keys { unsetenv(name) } }
        let words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child = pid_t()
        let code = posix_spawnp(&child, arguments[0], &actions, nil, words, environ)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw BenchError("\(arguments[0]) cannot be started: \(String(cString: strerror(code)))")
        }
        pid = child
        output = ends[0]
    }

    deinit {
        stop()
        close(output)
    }

    /// Waits for a line of its standard output, a minute at the most.
    func line() throws -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        var event = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        while true {
            guard poll(&event, 1, 60_000) == 1 else { throw BenchError("it was not ready within a minute") }
            guard read(output, &byte, 1) == 1 else { break }
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        throw BenchError("it ended without saying where it listens (\(wait()))")
    }

    /// All that it prints until it ends.
    func text() -> String {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(output, &buffer, buffer.count)
            guard count > 0 else { break }
            text += buffer.prefix(count)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Waits for its end.
    ///
    /// - Returns: its exit code, or 128 and the number of the signal that ended it.
    @discardableResult
    func wait() -> Int32 {
        if let status { return status }
        var raw: Int32 = 0
        var used = rusage()
        while wait4(pid, &raw, 0, &used) < 0, errno == EINTR {}
        usage.memory = Int(used.ru_maxrss) * 1024
        usage.processor = [used.ru_utime, used.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
        let ended = Self.code(raw)
        status = ended
        return ended
    }

    var hasEnded: Bool {
        if status != nil { return true }
        var raw: Int32 = 0
        guard waitpid(pid, &raw, WNOHANG) == pid else { return false }
        status = Self.code(raw)
        return true
    }

    /// Gives it time.
    func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

    /// Asks it to end, and after ten seconds makes it.
    func stop() {
        guard status == nil else { return }
        kill(pid, SIGTERM)
        for _ in 0..<1000 {
            if hasEnded { return }
            pause(milliseconds: 10)
        }
        kill(pid, SIGKILL)
        wait()
    }

    private static func code(_ raw: Int32) -> Int32 { raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + raw & 0x7F }

    /// Runs a program to its end.
    ///
    /// - Returns: what it printed.
    @discardableResult
    static func run(
        _ arguments: [String], environment: [String: String] = [:], showsErrors: Bool = false
    ) throws -> String {
        let child = try ChildProcess(arguments, environment: environment, showsErrors: showsErrors)
        let text = child.text()
        let status = child.wait()
        guard status == 0 else { throw BenchError("\(arguments[0]) ended with \(status)") }
        return text
    }
}
