import TestSupport
import Testing

/// The guide for test authors shows what is compiled and run here.
struct GuideTests {
    @Test func `its Swift is the Swift of GuideExamples`() throws {
        let guide = try text("Sources/Commands/Documentation.docc/TestingInSwift.md")
        let examples = Set(lines(try text("Tests/MockServerTestingTests/GuideExamples.swift")))
        let blocks = guide.split(separator: "```swift\n", omittingEmptySubsequences: false).dropFirst().map {
            $0.prefix(upTo: $0.firstRange(of: "```\n")?.lowerBound ?? $0.endIndex)
        }
        #expect(blocks.count == 4)
        for block in blocks where block.contains("@Test") {
            for line in lines(String(block)) { #expect(examples.contains(line), "not in GuideExamples.swift") }
        }
    }

    @Test func `it names the products that there are`() throws {
        let guide = try text("Sources/Commands/Documentation.docc/TestingInSwift.md")
        let package = try text("Package.swift")
        for product in guide.split(separator: ".product(name: ").dropFirst().map({ $0.prefix { $0 != "," } }) {
            #expect(package.contains(".library(name: \(product)") || package.contains("name: \(product), targets:"))
        }
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try RepositoryFiles.bytes(of: path), as: UTF8.self)
    }

    private func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n").map { $0.drop { $0 == " " } }
    }
}
