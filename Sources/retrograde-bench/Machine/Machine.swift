internal import Glibc

/// The machine that figures belong to.
struct Machine {
    let processor: String
    let cores: Int
    let kernel: String
    /// In GB.
    let memory: Double

    init() {
        let about = (try? TextFile.read("/proc/cpuinfo")) ?? ""
        let name = about.split(separator: "\n").first { $0.hasPrefix("model name") }
        processor = name?.split(separator: ":").last.map { String($0.drop { $0 == " " }) } ?? "unknown processor"
        cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let release = (try? TextFile.read("/proc/sys/kernel/osrelease")) ?? ""
        memory = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e9
        kernel = "Linux " + release.split(separator: "\n").joined()
    }

    /// The part of the time in the last minute that processes waited for a core, in processes: above about 0.5 before
    /// the benchmark begins, somebody else is working.
    static var load: Double {
        let text = (try? TextFile.read("/proc/loadavg")) ?? ""
        return text.split(separator: " ").first.flatMap { Double($0) } ?? 0
    }

    var text: String { "\(processor), \(cores) cores, \(memory.text()) GB, \(kernel)" }
}
