import Fixtures
import TestSupport
import Testing

struct ShippedFixtureTests {
    @Test(
        arguments: RepositoryFiles.files(in: "fixtures", endingWith: ".yaml", ".json")
            + RepositoryFiles.files(in: "fixtures/dialects", endingWith: ".yaml"))
    func `every fixture a user would copy loads without a remark`(path: String) throws {
        _ = try Fixture.shipped(path)
    }

    @Test(arguments: RepositoryFiles.files(in: "fixtures/dialects/data", endingWith: ".yaml"))
    func `every dialect loads without a remark`(path: String) throws {
        let (dialect, diagnostics) = DialectLoader().load(try RepositoryFiles.bytes(of: path), file: path)
        #expect(diagnostics.isEmpty, "\(diagnostics.map { $0.rendered(colour: false) }.joined())")
        #expect(path == "fixtures/dialects/data/\(try #require(dialect).name).yaml")
    }

    @Test func `the first three requests are refused`() throws {
        let fixture = try Fixture.shipped("fixtures/first-three-429.yaml", parameters: ["wait": "6s"])
        #expect(fixture.parameters == ["wait": "6s", "failures": "3"])
        let replies = try #require(fixture.routes.first).replies
        #expect(
            replies == [
                Reply(times: 3, content: .refusal(limit: nil), retryAfter: .seconds(.seconds(6))),
                Reply(content: .success(overriding: ResponseOverride())),
            ])
    }
}
