import TestSupport
import Testing

/// Clients that make many calls from one process, over sockets.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ManyCallsGradeTests {
    struct Case: CustomTestStringConvertible {
        var rule: String
        /// Options of `fixtures/clients/many_calls.py`.
        var options: [String]
        var code: Int32
        var testDescription: String { "\(rule) \(options.joined(separator: " "))" }
    }

    static let cases = [
        Case(rule: "RA-04", options: ["--shared-gate"], code: 0), Case(rule: "RA-04", options: [], code: 1),
        Case(rule: "ID-03", options: [], code: 0), Case(rule: "ID-03", options: ["--key", "process"], code: 1),
        // A field of twenty digits makes it sleep longer than the system can.
        Case(rule: "RL-03", options: [], code: 0), Case(rule: "RL-03", options: ["--rate-limit"], code: 1),
    ]

    @Test(arguments: cases) func `what a pool of threads does is told apart`(_ example: Case) async {
        let script = "\(RepositoryFiles.root)/fixtures/clients/many_calls.py"
        let run = await CommandRun.retrograde(
            ["grade", "--suite", "full", "--only", example.rule, "--", "python3", script] + example.options + [
                "--requests", "{requests}", "--concurrency", "{concurrency}", "--rate", "{rate}", "--method",
                "{method}", "--body", "{body}", "{url}",
            ], environment: ["PATH": "/usr/bin:/bin"])
        #expect(run.code == example.code, "\(run.output) \(run.diagnostics)")
    }
}
