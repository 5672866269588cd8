import Backoff
import BackoffClient
import Glibc
import HTTPSemantics
import HTTPTypes
import Mutants
import Simulation
import Upstream

/// A mutant of the model client over real sockets: `MutantClient MUTANT URL [--method M] [--body FILE] [--requests N]
/// [--concurrency C] [--rate R] [--deadline S]`.
///
/// - Returns: the exit code.
func run(_ arguments: [String]) async -> Int32 {
    guard let options = Options(arguments), let mutant = Mutant.named(options.mutant) else {
        complain("usage: MutantClient MUTANT URL [--method M] [--body FILE] …; mutants:")
        for mutant in Mutant.all { complain("  \(mutant.id): \(mutant.wrong)") }
        return 64
    }
    do {
        let process = try Process(mutant.behaviour, options)
        return await process.run()
    } catch {
        complain("\(error)")
        return 70
    }
}

struct Options {
    var mutant: String
    var authority: String
    var errand = ModelClient.Errand()
    var requests = 1
    var concurrency = 1
    /// Calls begun per second.
    var rate: Double?

    init?(_ arguments: [String]) {
        guard arguments.count >= 2, arguments.count % 2 == 0, arguments[1].hasPrefix("http://") else { return nil }
        mutant = arguments[0]
        let rest = arguments[1].dropFirst("http://".count)
        authority = String(rest.prefix { $0 != "/" })
        for index in stride(from: 2, to: arguments.count, by: 2) {
            let value = arguments[index + 1]
            switch arguments[index] {
            case "--method": errand.method = value
            case "--body":
                guard let bytes = bytes(ofFile: value) else { return nil }
                errand.body = bytes
            case "--requests":
                guard let count = Int(value) else { return nil }
                requests = count
                errand.isMany = true
            case "--concurrency":
                guard let count = Int(value) else { return nil }
                concurrency = count
            case "--rate":
                guard let number = Double(value) else { return nil }
                rate = number
            case "--deadline":
                guard let seconds = Double(value) else { return nil }
                errand.deadline = .seconds(seconds)
            default: return nil
            }
        }
        if errand.method == "GET" { errand.body = [] }
    }
}

private func bytes(ofFile path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return count == 0 ? bytes : nil }
        bytes += buffer.prefix(count)
    }
}

func complain(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = write(STDERR_FILENO, line, line.count)
}
