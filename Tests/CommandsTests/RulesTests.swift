import Commands
import Grading
import Synchronization
import Testing

/// `retrograde rules`
@Suite struct RulesTests {
    func run(_ arguments: String...) async -> (code: Int32, output: String, diagnostics: String) {
        let output = Mutex("")
        let diagnostics = Mutex("")
        let context = Context(
            environment: [:], output: Context.Sink { text in output.withLock { $0 += text } },
            diagnostics: Context.Sink { text in diagnostics.withLock { $0 += text } }, executable: "")
        let code = await Retrograde.run(["rules"] + arguments, in: context)
        return (code, output.withLock { $0 }, diagnostics.withLock { $0 })
    }

    @Test func `lists every rule on a line`() async {
        let (code, output, _) = await run()
        #expect(code == 0)
        let lines = output.split(separator: "\n")
        #expect(lines.count == RuleCatalogue.all.count + 1)
        #expect(lines.contains("RA-01  should       get       quick standard full  waits for Retry-After seconds"))
    }

    @Test(arguments: RuleCatalogue.all.map(\.id)) func `says all about one`(id: String) async throws {
        let rule = try #require(RuleCatalogue.rule(id))
        let (code, output, _) = await run(id.lowercased())
        #expect(code == 0)
        #expect(output.hasPrefix("\(id)  \(rule.title)\n"))
        for source in rule.sources { #expect(output.contains(source.url)) }
        for part in [rule.procedure, rule.tolerances, rule.errorRates] { #expect(!part.isEmpty) }
        #expect(rule.sources.allSatisfy { $0.url.hasPrefix("https://") })
    }

    @Test func `knows what it does not know`() async {
        let (code, output, diagnostics) = await run("RA-99")
        #expect(code == 64)
        #expect(output.isEmpty)
        #expect(diagnostics.contains("no rule is called \"RA-99\""))
    }

    @Test func `writes JSON`() async {
        let (code, output, _) = await run("--json", "JT-01")
        #expect(code == 0)
        #expect(output.contains("\"id\" : \"JT-01\""))
        #expect(output.contains("\"suites\" : ["))
    }
}
