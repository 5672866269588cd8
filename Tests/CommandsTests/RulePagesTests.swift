import FoundationEssentials
import Grading
import TestSupport
import Testing

@testable import Commands

@Suite struct RulePagesTests {
    @Test func `there is a page for each rule, and one that leads to all`() async throws {
        let folder = try TemporaryFolder()
        let run = await CommandRun.retrograde("rules", "--pages", folder.path)
        #expect(run.code == 0)
        let pages = RulePages.pages(RuleCatalogue.all)
        #expect(pages.count == RuleCatalogue.all.count + 1)
        for (name, text) in pages {
            let written = try Data(contentsOf: URL(filePath: "\(folder.path)/\(name)"))
            #expect(String(decoding: written, as: UTF8.self) == text)
        }
        let index = try #require(pages.first { $0.name == "Rules.md" }?.text)
        for rule in RuleCatalogue.all {
            #expect(index.contains("- <doc:\(rule.id)>\n"))
            let page = try #require(pages.first { $0.name == "\(rule.id).md" }?.text)
            #expect(page.hasPrefix("# \(rule.id): the client "))
            for source in rule.sources { #expect(page.contains("](\(source.url))")) }
        }
    }
}
