import Commands
import FoundationEssentials
import Glibc
import Grading
import Mutants
import Synchronization
import TestSupport
import Testing

/// The same mutants as processes, graded by the command as any client is: `MutantClient` behaves as one over real
/// sockets. Each meets the rules that it must turn, and five others that it must leave alone.
///
/// A few with every test run; all of them, which takes some minutes:
/// `RETROGRADE_MUTANTS=all swift test --filter SocketTests`.
@Suite(.timeLimit(.minutes(30))) struct SocketTests {
    /// Those that need little time, one for each kind of fault.
    static let few = ["early", "stubborn", "new-keys", "empty-body", "keyless"]

    /// Verdicts that are out of reach in real time: processes that start within one second share that second's seed
    /// in JT-01 already, which fails, and JT-02 judges only who passes it.
    static let notJudged: [String: Set<String>] = ["seconds-seed": ["JT-02"]]

    static let chosen: [Mutant] =
        ProcessInfo.processInfo.environment["RETROGRADE_MUTANTS"] == "all"
        ? Mutant.all : few.compactMap(Mutant.named)

    @Test func `what must turn does, and the rules beside it do not`() async throws {
        let model = try await Row.all.value[0]
        // Four at a time: a grading waits far more than it works, but what is timed must not be disturbed.
        var mutants = Self.chosen[...]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<min(4, mutants.count) {
                let mutant = mutants.removeFirst()
                group.addTask { try await check(mutant, model) }
            }
            while try await group.next() != nil {
                guard !mutants.isEmpty else { continue }
                let mutant = mutants.removeFirst()
                group.addTask { try await check(mutant, model) }
            }
        }
    }

    private func check(_ mutant: Mutant, _ model: Row) async throws {
        let neighbours = Self.neighbours(of: mutant)
        let own = Row.rules.map(\.id).filter { mutant.turns[$0] != nil }
        for entry in try await grade(mutant, own + neighbours) {
            var verdict = try #require(Verdict(rawValue: entry.verdict))
            let message: Comment = "\(mutant): \(entry.id) is \(verdict): \(entry.actual)"
            if let expected = mutant.turns[entry.id] {
                // Where the machine was too busy to say, it is asked once more.
                if verdict == .inconclusive, expected != "I" {
                    verdict =
                        try await grade(mutant, [entry.id]).first.flatMap { Verdict(rawValue: $0.verdict) } ?? verdict
                }
                let isExcused = verdict == .notApplicable && Self.notJudged[mutant.id]?.contains(entry.id) == true
                #expect(verdict.letter == expected || isExcused, message)
            } else {
                // A busy machine may make it impossible to say, but never the contrary.
                #expect(verdict == .inconclusive || verdict.letter == model.letter(entry.id), message)
            }
        }
    }

    /// The five rules that follow the mutant's own in the catalogue and that it must leave alone.
    static func neighbours(of mutant: Mutant) -> [String] {
        let rules = Row.rules.map(\.id)
        let start = rules.firstIndex { mutant.turns[$0] != nil } ?? 0
        return Array(
            (rules[start...] + rules[..<start]).filter { mutant.turns[$0] == nil && !mutant.may.contains($0) }.prefix(5)
        )
    }

    private struct Report: Decodable {
        struct Entry: Decodable {
            var id: String
            var verdict: String
            var actual: String
        }
        var verdicts: [Entry]
    }

    private func grade(_ mutant: Mutant, _ rules: [String]) async throws -> [Report.Entry] {
        let folder = try #require(Self.buildFolder, "the test runner does not know where it was built")
        let results = Mutex("")
        let diagnostics = Mutex("")
        let context = Context(
            environment: ["PATH": "/usr/bin:/bin"], output: .init { text in results.withLock { $0 += text } },
            diagnostics: .init { text in diagnostics.withLock { $0 += text } }, executable: "\(folder)/retrograde")
        let files = try TemporaryFolder()
        let client = try files.write(Self.clientFile(mutant, "\(folder)/MutantClient"), to: "client.yaml")
        let code = await Retrograde.run(
            ["grade", "--report-only", "--json", "--only", rules.joined(separator: ","), client], in: context)
        #expect(code == 0, "\(mutant): \(diagnostics.withLock { $0 })")
        let report = try JSONDecoder().decode(Report.self, from: Data(results.withLock { $0 }.utf8))
        #expect(Set(report.verdicts.map(\.id)) == Set(rules), "\(mutant)")
        return report.verdicts
    }

    /// What each profile runs, and what the model client does besides, as its owner may say.
    private static func clientFile(_ mutant: Mutant, _ program: String) -> String {
        """
        commands:
          get: '"\(program)" \(mutant.id) {url}'
          post: '"\(program)" \(mutant.id) {url} --method POST --body {body}'
          many: >-
            "\(program)" \(mutant.id) {url} --method {method} --body {body} --requests {requests}
            --concurrency {concurrency} --rate {rate}
          deadline: '"\(program)" \(mutant.id) {url} --deadline {deadline}'
        declares: { rate-limit-fields: true, do-not-retry-signals: true }

        """
    }

    /// The folder that holds the running test bundle, which is where SwiftPM puts executables too.
    private static var buildFolder: String? {
        let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return executable?.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }
}
