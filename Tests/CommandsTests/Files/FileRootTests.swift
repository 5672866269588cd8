import TestSupport
import Testing

@testable import Commands

struct FileRootTests {
    private func reading(_ path: String, below folder: TemporaryFolder) throws -> [UInt8] {
        try FileRoot("\(folder.path)/root").bytes(of: path)
    }

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("secret", to: "secret.txt")
        try folder.write("hello", to: "root/body.txt")
        try folder.write("deep", to: "root/bodies/more/body.txt")
        try folder.link("root/link.txt", to: "../secret.txt")
        try folder.link("root/inside.txt", to: "body.txt")
        try folder.link("root/out", to: "..")
        return folder
    }

    @Test(arguments: [
        ("body.txt", "hello"), ("./body.txt", "hello"), ("bodies/more/body.txt", "deep"),
        (".//bodies/./more//body.txt", "deep"),
    ]) func `reads what lies below`(path: String, text: String) throws {
        let folder = try folder()
        #expect(try reading(path, below: folder) == Array(text.utf8))
    }

    @Test(arguments: [
        ("../secret.txt", "is outside the fixture's folder"), ("/etc/passwd", "is outside the fixture's folder"),
        ("bodies/../body.txt", "is outside the fixture's folder"), ("..", "is outside the fixture's folder"),
        ("link.txt", "is a symbolic link, which is not followed here"),
        ("inside.txt", "is a symbolic link, which is not followed here"),
        ("body.txt\0.json", "is outside the fixture's folder"), ("bodies", "is not a regular file"),
        ("", "is a folder, not a file"), (".", "is a folder, not a file"), ("missing.txt", "does not exist"),
        ("body.txt/x", "is below something that is not a folder"),
        ("%2e%2e/secret.txt", "does not exist"),
    ]) func `reads nothing else`(path: String, reason: String) throws {
        let folder = try folder()
        let error = #expect(throws: FileReadError.self) { try reading(path, below: folder) }
        #expect(error?.reason == reason)
    }

    @Test func `follows no folder that is a link`() throws {
        let folder = try folder()
        #expect(throws: FileReadError.self) { try reading("out/secret.txt", below: folder) }
    }

    @Test func `is the folder of the fixture`() {
        #expect(FileRoot(of: "chat.yaml").folder == ".")
        #expect(FileRoot(of: "fixtures/chat.yaml").folder == "fixtures")
        #expect(FileRoot(of: "/chat.yaml").folder == "/")
        #expect(FileRoot(of: "-").folder == ".")
    }

    @Test func `lists the files of a folder, however deep`() throws {
        let folder = try folder()
        #expect(try FileRoot("\(folder.path)/root").files(below: "bodies") == ["more/body.txt"])
        #expect(try FileRoot(folder.path).files(below: "./root/bodies/") == ["more/body.txt"])
    }

    @Test(arguments: [
        ("..", "is outside the fixture's folder"), ("/etc", "is outside the fixture's folder"),
        ("out", "is below something that is not a folder"), ("missing", "does not exist"),
        ("body.txt", "is below something that is not a folder"),
        (".", "which is a symbolic link, which is not followed here"),
    ]) func `lists nothing else`(path: String, reason: String) throws {
        let folder = try folder()
        let error = #expect(throws: FileReadError.self) { try FileRoot("\(folder.path)/root").files(below: path) }
        #expect(error?.reason.hasSuffix(reason) == true, "\(error?.reason ?? "")")
    }
}
