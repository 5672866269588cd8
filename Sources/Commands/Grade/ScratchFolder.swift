internal import Glibc
internal import Synchronization

/// A folder of our own for the time of a grading; it goes with its owner.
final class ScratchFolder: Sendable {
    let path: String

    init(in environment: [String: String]) throws {
        let parent = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(parent)/retrograde-XXXXXX\0".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure(message: "cannot make a folder in \(parent): \(String(cString: strerror(errno)))")
        }
        path = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        for name in names.withLock({ $0 }) { unlink(path + "/" + name) }
        rmdir(path)
    }

    /// What was written here.
    private let names = Mutex<Set<String>>([])

    /// Writes a body of POSTs: blocks of 64 KiB that follow from the seed, all alike, and no pattern that a compressing
    /// or truncating client could hide behind.
    ///
    /// - Returns: the path of the file.
    func writeBody(_ name: String = "body.bin", blocks: Int = 1, seed: UInt64) throws -> String {
        let file = path + "/" + name
        names.withLock { _ = $0.insert(name) }
        var generator = SeededGenerator(seed: seed)
        let block = (0..<64 << 10).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(blocks * block.count)
        for _ in 0..<blocks { bytes += block }
        try TextFile.write(bytes, to: file)
        return file
    }
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the same seed gives the same bytes everywhere.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
