import Testing

@testable import Commands

@Suite struct ExecutableLookupTests {
    @Test func `finds a program in PATH`() throws {
        let path = try ExecutableLookup.path(of: "sh", in: ["PATH": "/nowhere:/bin:/usr/bin"])
        #expect(path == "/bin/sh")
    }

    @Test func `takes a path as it is`() throws {
        #expect(try ExecutableLookup.path(of: "/bin/sh", in: [:]) == "/bin/sh")
    }

    @Test(arguments: [
        ("./missing", "./missing: no such file"),
        ("missing-program", "missing-program: command not found in PATH"),
        ("/etc", "/etc is a directory, not a program"),
        ("/etc/passwd", "/etc/passwd is not executable; chmod +x it, or name its interpreter"),
    ])
    func `says what is wrong`(program: String, message: String) throws {
        let failure = #expect(throws: Failure.self) {
            try ExecutableLookup.path(of: program, in: ["PATH": "/bin:/usr/bin"])
        }
        #expect(failure?.message == message)
        #expect(failure?.code == .impossible)
    }
}
