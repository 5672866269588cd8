internal import Glibc

/// What the kernel says a process has used.
enum ProcessFigures {
    /// Time on a processor, of all its threads, in nanoseconds.
    static func processorTime(of pid: pid_t) throws -> Int64 {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else {
            throw BenchError("no processor time of process \(pid)")
        }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Memory of its own that is in use: anonymous pages, in bytes. Pages of its files are not its doing.
    static func memory(of pid: pid_t) throws -> Int {
        for line in try TextFile.read("/proc/\(pid)/status").split(separator: "\n") where line.hasPrefix("RssAnon:") {
            if let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first {
                return (Int(kilobytes) ?? 0) * 1024
            }
        }
        throw BenchError("no memory of process \(pid)")
    }
}
