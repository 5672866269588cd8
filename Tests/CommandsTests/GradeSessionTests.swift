import Grading
import Synchronization
import Testing

@testable import Commands

/// A session whose runs are made by a closure instead of processes.
private func session(
    _ rules: [Rule], signal: @escaping @Sendable () -> Int32? = { nil }, perform: @escaping GradeSession.Perform
) -> GradeSession {
    GradeSession(
        inquiry: Inquiry(rules: rules, evidence: Evidence()),
        progress: Progress(Context.Sink { _ in }, colour: false, columns: nil), perform: perform, interruption: signal)
}

/// Finishes at once, as a client that sends its request immediately.
@Sendable private func prompt(
    _ unit: RunSchedule.Unit, _ onFirstRequest: @Sendable (Duration) -> Void
) async throws -> ClientRunner.Result {
    onFirstRequest(.milliseconds(1))
    return ClientRunner.Result(runs: [run(unit.number)], printed: [])
}

/// Goes on until it is cancelled.
@Sendable private func endless(
    _ unit: RunSchedule.Unit, _ onFirstRequest: @Sendable (Duration) -> Void
) async throws -> ClientRunner.Result {
    onFirstRequest(.milliseconds(1))
    let (stream, continuation) = AsyncStream<Never>.makeStream()
    for await _ in stream {}
    continuation.finish()
    throw CancellationError()
}

@Suite(.timeLimit(.minutes(10))) struct GradeSessionTests {
    @Test func `goes on until every rule has concluded`() async throws {
        let outcome = try await session([rule("A"), rule("B", "b", wants: 4)], perform: prompt).run()
        #expect(outcome.inquiry.judgements.map(\.verdict) == [.pass, .pass])
        #expect(outcome.inquiry.judgements.map(\.finding.actual) == ["[0] [:]", "[0, 1, 2, 3] [:]"])
        #expect(outcome.cutShort == nil)
    }

    @Test func `runs equal requests of several rules once`() async throws {
        let count = Mutex(0)
        let outcome = try await session([rule("A", wants: 2), rule("B", wants: 3)]) { unit, onFirstRequest in
            count.withLock { $0 += 1 }
            return try await prompt(unit, onFirstRequest)
        }.run()
        #expect(outcome.inquiry.open.isEmpty)
        #expect(count.withLock { $0 } == 3)
    }

    @Test func `stops at once where the first run sends no request`() async throws {
        let count = Mutex(0)
        let outcome = try await session([rule("A", wants: 5), rule("B", "b", wants: 5)]) { unit, _ in
            count.withLock { $0 += 1 }
            return ClientRunner.Result(runs: [run(unit.number, requests: 0)], printed: ["oops"])
        }.run()
        #expect(outcome.silent?.printed == ["oops"])
        #expect(count.withLock { $0 } == 1)
    }

    @Test func `says inconclusive of a rule that neither concludes nor asks`() async throws {
        var stuck = rule("A")
        stuck.next = { _ in .run([]) }
        let outcome = try await session([stuck, rule("B")], perform: prompt).run()
        #expect(outcome.inquiry.judgements.map(\.verdict) == [.inconclusive, .pass])
    }

    @Test func `prints what is known when a signal comes`() async throws {
        let outcome = try await session([rule("A", wants: 0), rule("B")], signal: { 2 }, perform: endless).run()
        #expect(outcome.inquiry.judgements.map(\.verdict) == [.pass, .inconclusive])
        #expect(outcome.cutShort?.hasPrefix("interrupted by signal 2") == true)
    }

    @Test func `ends its runs when it is cancelled`() async throws {
        let hasBegun = Mutex(false)
        let task = Task {
            try await session([rule("A")]) { unit, onFirstRequest in
                hasBegun.withLock { $0 = true }
                return try await endless(unit, onFirstRequest)
            }.run().elapsed
        }
        while !hasBegun.withLock({ $0 }) { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `throws what a run throws`() async throws {
        let failure = await #expect(throws: Failure.self) {
            _ = try await session([rule("A")]) { _, _ in throw Failure(message: "no ports left") }.run()
        }
        #expect(failure?.message == "no ports left")
    }
}

@Suite struct ProgressTests {
    private let status = Progress.Status(
        elapsed: 12.34, rules: 16, verdicts: [.pass: 3, .fail: 1], finished: 41, running: 7,
        open: ["MV-03", "BO-02", "JT-01", "HD-01"])

    @Test(arguments: [
        (100, "12.3 s  4 of 16 rules  ✓3  ✗1  41 runs done, 7 going  open: MV-03 BO-02 JT-01 HD-01"),
        (70, "12.3 s  4 of 16 rules  ✓3  ✗1  41 runs done, 7 going  open: MV-03 BO-…"),
        (30, "12.3 s  4 of 16 rules  ✓3  ✗1"),
        (8, "12.3 s"),
    ])
    func `fits into one line`(columns: Int, line: String) {
        #expect(Progress.line(status, style: Style(colour: false), columns: columns) == line)
    }

    @Test func `writes the live line at most ten times a second, and only to a terminal`() {
        let written = Mutex<[String]>([])
        let write: @Sendable (String) -> Void = { text in written.withLock { $0.append(text) } }
        var progress = Progress(Context.Sink(isTerminal: true, write: write), colour: false, columns: 80)
        for step in 0..<100 {
            var status = status
            status.elapsed = Double(step) / 100
            progress.show(status)
        }
        #expect((9...11).contains(written.withLock { $0.count }))
        progress.clear()
        #expect(written.withLock { $0.last } == "\r\u{1b}[2K")

        written.withLock { $0 = [] }
        var plain = Progress(Context.Sink(isTerminal: false, write: write), colour: false, columns: nil)
        plain.show(status)
        plain.clear()
        #expect(written.withLock { $0.isEmpty })
    }
}
