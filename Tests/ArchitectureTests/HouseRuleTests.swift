import FoundationEssentials
import Testing

/// Invariants that are absences: what no file of a kind may contain.
@Suite struct HouseRuleTests {
    static let sources = Result { try Checkout.swiftFiles(below: "Sources") }
    static let tests = Result { try Checkout.swiftFiles(below: "Tests") }

    /// Words that read the outside world, or wait for it.
    static let effects = [
        "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator", "Date(", "Date.now", "ProcessInfo",
        "FileManager", "FileHandle", "Mutex", "Atomic", "Task.sleep", "Thread", "getenv", "clock_gettime", ".random(",
        ".shuffled()", ".randomElement()",
    ]
    static let unsafeWords = [
        "UnsafePointer", "UnsafeMutablePointer", "UnsafeRawPointer", "UnsafeMutableRawPointer", "UnsafeBufferPointer",
        "UnsafeMutableBufferPointer", "UnsafeRawBufferPointer", "UnsafeMutableRawBufferPointer", "OpaquePointer",
        "Unmanaged", "@unchecked Sendable", "nonisolated(unsafe)", "unsafeBitCast",
    ]

    @Test(arguments: House.rooms.filter(\.isCore).map(\.module))
    func `the core reads no clock, file, environment or random source and holds no lock`(module: String) throws {
        let places = try Self.sources.get().filter { $0.module == module }.flatMap { $0.places(of: Self.effects) }
        #expect(
            places.isEmpty,
            "\(lines(places))\nThe core decides from its arguments: take `now`, a generator or the bytes as one.")
    }

    @Test func `unsafe code stands only at the C libraries' doors`() throws {
        let doors = House.rooms.flatMap(\.unsafeCode)
        let places = try Self.sources.get().filter { file in !doors.contains { file.path.hasPrefix($0) } }
            .flatMap { $0.places(of: Self.unsafeWords) }
        #expect(
            places.isEmpty,
            "\(lines(places))\nOnly \(doors.joined(separator: ", ")) may hold unsafe code, each with its reason.")
    }

    @Test func `only the command line prints and exits`() throws {
        let places = try Self.sources.get().filter { !["Commands", "retrograde"].contains($0.module) }
            .flatMap { $0.places(of: ["print(", "debugPrint(", "dump(", "exit(", "abort("]) }
        #expect(places.isEmpty, "\(lines(places))\nReturn a value or throw; log through the logger you are given.")
    }

    @Test func `no test sleeps`() throws {
        // The mutant is a client: waiting is what it is judged by.
        let tests = try Self.tests.get().filter { !$0.path.hasPrefix("Tests/MutantClient/") }
        let places = tests.flatMap { $0.places(of: ["Task.sleep", "usleep(", "sleep(", "nanosleep("]) }
        #expect(
            places.isEmpty,
            "\(lines(places))\nWait for the condition (a journal's long poll, a ready line), or use virtual time.")
    }

    @Test func `tests are Swift Testing`() throws {
        let places = try Self.tests.get().flatMap { file in
            file.imports.filter { $0.module == "XCTest" }.map { "\(file.path):\($0.number)" }
        }
        #expect(places.isEmpty, "\(lines(places))\nUse `import Testing`; see any file of Tests/RateLimitingTests.")
    }

    @Test func `no file is long`() throws {
        let long = try (Self.sources.get() + Self.tests.get())
            .map { ($0.path, $0.text.split(separator: "\n", omittingEmptySubsequences: false).count - 1) }
            .filter { $0.1 > 450 }.map { "\($0.0): \($0.1) lines" }
        #expect(long.isEmpty, "\(lines(long))\nIs it one thing? Aim at 100 lines; 450 is the most.")
    }

    @Test func `nothing is left open`() throws {
        // Put together here, so that this file does not find itself.
        let marks = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]
        let open = try (Self.sources.get() + Self.tests.get()).flatMap { file in
            file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
                .filter { _, line in line.split { !$0.isLetter }.contains { marks.contains(String($0)) } }
                .map { "\(file.path):\($0.offset + 1)" }
        }
        #expect(open.isEmpty, "\(lines(open))\nDo it, or file an issue.")
    }

    @Test func `the top level is as fixed`() throws {
        let names = try Checkout.names(in: "").filter { !House.isByProduct($0) }
        #expect(
            names.subtracting(House.topLevel).isEmpty,
            "\(names.subtracting(House.topLevel).sorted()): scripts live in .ci, benchmarks are targets in Sources.")
    }

    private func lines(_ places: [String]) -> Comment { Comment(rawValue: places.joined(separator: "\n")) }
}
