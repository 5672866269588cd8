import FoundationEssentials
import Testing

/// What the built executable asks the dynamic loader for.
@Suite struct LinkageTests {
    @Test func `the executable links neither full Foundation nor its copy of ICU`() throws {
        let folder = try #require(Self.buildFolder, "the test runner does not know where it was built")
        let file = try [UInt8](Data(contentsOf: URL(filePath: "\(folder)/retrograde")))
        let needed = try #require(ELF(file)?.neededLibraries, "\(folder)/retrograde is no 64-bit ELF file")
        // Proof that the reading works: the C libraries we do want.
        #expect(needed.contains { $0.hasPrefix("libc.so") })
        for library in needed where library.contains("Foundation") && library != "libFoundationEssentials.so" {
            Issue.record(
                """
                retrograde needs \(library), which takes 45 MB in a static build. Some file imports Foundation, or a \
                package does: compare `swift package show-dependencies` with the last good commit.
                """)
        }
    }

    /// The folder that holds the running test bundle, which is where SwiftPM puts the executable too.
    private static var buildFolder: String? {
        let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return executable?.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }
}

/// As much of a 64-bit little-endian ELF file as names its needed libraries.
///
/// Source: System V ABI, chapter 5 (program header, dynamic section).
private struct ELF {
    private let bytes: [UInt8]

    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: [0x7F] + Array("ELF".utf8) + [2, 1]) else { return nil }
        self.bytes = bytes
    }

    var neededLibraries: [String]? {
        let headers = (0..<number(at: 0x38, 2)).map { number(at: 0x20, 8) + $0 * number(at: 0x36, 2) }
        guard let dynamic = headers.first(where: { number(at: $0, 4) == 2 }) else { return nil }
        let start = number(at: dynamic + 8, 8)
        let entries = stride(from: start, to: start + number(at: dynamic + 32, 8), by: 16)
            .map { (tag: number(at: $0, 8), value: number(at: $0 + 8, 8)) }
        guard let table = entries.first(where: { $0.tag == 5 }).flatMap({ fileOffset(of: $0.value, headers) }) else {
            return nil
        }
        return entries.filter { $0.tag == 1 }.map { entry in
            String(decoding: bytes[(table + entry.value)...].prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// Where the bytes of an address stand in the file: in the loaded segment that covers it.
    private func fileOffset(of address: Int, _ headers: [Int]) -> Int? {
        for header in headers where number(at: header, 4) == 1 {
            let segment = number(at: header + 16, 8)
            if (segment..<segment + number(at: header + 32, 8)).contains(address) {
                return address - segment + number(at: header + 8, 8)
            }
        }
        return nil
    }

    private func number(at offset: Int, _ size: Int) -> Int {
        bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
