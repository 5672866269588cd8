import Fixtures
import TestSupport
import Testing

@testable import MockServer

struct EmbeddedFilesTests {
    static let embedded =
        RepositoryFiles.files(in: "fixtures/dialects/data", endingWith: ".yaml")
        + RepositoryFiles.files(in: "fixtures/schema", endingWith: ".json")
        + RepositoryFiles.files(in: "fixtures/suites", endingWith: ".yaml") + ["fixtures/demo.yaml"]

    @Test func `are the files of the folders`() {
        let pages = RepositoryFiles.files(in: "Sources/CResources/page", endingWith: ".css")
        let names =
            Self.embedded.map { String($0.dropFirst("fixtures/".count)) }
            + pages.map { String($0.dropFirst("Sources/CResources/".count)) }
        #expect(EmbeddedFiles.names(below: "").sorted() == names.sorted(), "run .ci/embed")
    }

    @Test(arguments: embedded) func `have the bytes of the folders`(path: String) throws {
        let name = String(path.dropFirst("fixtures/".count))
        #expect(EmbeddedFiles.bytes(of: name) == (try RepositoryFiles.bytes(of: path)))
    }

    @Test func `are none but those`() { #expect(EmbeddedFiles.bytes(of: "missing.yaml") == nil) }

    @Test func `hold the dialects by name`() {
        let names = EmbeddedFiles.dialects.keys
        #expect(names.count >= 44)
        for name in names {
            let dialect = EmbeddedFiles.dialects[name]
            #expect(dialect?.name == name && dialect?.sources.isEmpty == false)
        }
    }
}
