import Testing

@Suite struct ImportTests {
    static let sources = Result { try Checkout.swiftFiles(below: "Sources") }

    @Test func `every module has a line in the plan, and every line a module`() throws {
        let folders = try Checkout.names(in: "Sources")
        let planned = Set(House.rooms.map(\.module)).union(House.cTargets)
        #expect(
            folders == planned,
            """
            Sources/ and the plan in Tests/ArchitectureTests/House.swift differ in \
            \(folders.symmetricDifference(planned).sorted()). A new module needs a line there that says whom it may \
            import, a target in Package.swift, and a paragraph in Documentation.docc/Architecture.md.
            """)
    }

    @Test(arguments: House.rooms.map(\.module))
    func `imports only what the plan allows`(module: String) throws {
        let room = try #require(House.rooms.first { $0.module == module })
        let files = try Self.sources.get().filter { $0.module == module }
        #expect(!files.isEmpty, "Sources/\(module) holds no Swift file")
        for file in files {
            let extra = room.exceptions.filter { file.path.hasPrefix($0.path) }.flatMap(\.others)
            let allowed = room.ours.union(room.others).union(extra)
            for line in file.imports where !allowed.contains(line.module) && !isMathematics(line, in: room) {
                Issue.record(
                    """
                    \(file.path):\(line.number): \(module) may not import \(line.module). It may import \
                    \(allowed.sorted().joined(separator: ", ")). Move the code to a module that may, or pass what it \
                    needs as an argument; if the plan itself is wrong, change House.swift and Architecture.md together.\
                    \(room.isCore ? " Mathematics by name is allowed: private import func Glibc.log" : "")
                    """)
            }
        }
    }

    /// `import Glibc` opens clocks, files and random numbers; `import func Glibc.log` opens one pure function.
    private func isMathematics(_ line: Import, in room: Room) -> Bool {
        guard room.isCore, line.module == "Glibc", let name = line.declaration else { return false }
        return House.mathematics.contains(name)
    }

    @Test func `nothing imports full Foundation`() throws {
        for file in try Self.sources.get() + Checkout.swiftFiles(below: "Tests") {
            for line in file.imports where ["Foundation", "FoundationNetworking"].contains(line.module) {
                Issue.record(
                    """
                    \(file.path):\(line.number): full Foundation adds 45 MB to the static binary and 2 ms to its start. \
                    Use the standard library, or FoundationEssentials where House.swift allows it.
                    """)
            }
        }
    }
}

/// The reader itself, on text where it could go wrong.
@Suite struct SourceReaderTests {
    @Test(arguments: [
        ("import Glibc", "Glibc", nil),
        ("public import HTTPSemantics", "HTTPSemantics", nil),
        ("@preconcurrency internal import Logging", "Logging", nil),
        ("private import func Glibc.log", "Glibc", "log"),
        ("@testable import Fixtures", "Fixtures", nil),
    ])
    func `reads an import line`(line: String, module: String, declaration: String?) throws {
        let read = try #require(Import(line: line, number: 1))
        #expect(read.module == module)
        #expect(read.declaration == declaration)
    }

    @Test(arguments: ["let importer = 1", "// import Foundation", "important()", "\"import Foundation\""])
    func `sees no import where there is none`(line: String) {
        #expect(Import(line: blanked(line), number: 1) == nil)
    }

    @Test func `blanks comments and literals and keeps the lines`() {
        let text = ##"""
            let a = "print(" // exit(
            /* sleep( /* nested */ print( */ let b = #"a "quoted" print("# + """
              print( "one"
              """
            let c = "escaped \" print(" ; print(a)
            """##
        let code = blanked(text)
        #expect(code.split(separator: "\n", omittingEmptySubsequences: false).count == 5)
        let file = SourceFile(path: "Sources/X/Y.swift", text: text, code: code)
        #expect(file.places(of: ["print(", "exit(", "sleep("]) == ["Sources/X/Y.swift:5: print("])
    }

    @Test func `a word is found whole, and not as the tail of another, a member or a declaration`() {
        let code = "onExit() ; fingerprint(x) ; self.exit(1) ; func print(x: Int) {}"
        let file = SourceFile(path: "Sources/X/Y.swift", text: code, code: code)
        #expect(file.places(of: ["exit(", "print("]).isEmpty)
    }
}
