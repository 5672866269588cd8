import Glibc
import Testing

@testable import Commands

private enum Why: Sendable { case enough }

private func shell(_ script: String, grace: Duration = .milliseconds(200)) -> ClientProcess {
    ClientProcess(
        program: "/bin/sh", words: ["sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"], grace: grace)
}

/// Waits until no process of the group is left: a killed one needs a moment to go.
private func groupIsGone(_ leader: pid_t) async -> Bool {
    while kill(-leader, 0) == 0 {
        if Task.isCancelled { return false }
        await Task.yield()
    }
    return true
}

/// Never a reason: waits until it is cancelled.
@Sendable private func forEver() async -> Why? {
    let (stream, continuation) = AsyncStream<Never>.makeStream()
    for await _ in stream {}
    continuation.finish()
    return nil
}

/// A file that a script makes to say how far it has come.
private struct Flag: Sendable {
    let path = "/tmp/retrograde-test-\(UInt64.random(in: 0 ... .max))"

    /// Waits for the file, then gives the reason to stop.
    @Sendable func raised() async -> Why? {
        while access(path, F_OK) != 0 {
            if Task.isCancelled { return nil }
            await Task.yield()
        }
        unlink(path)
        return .enough
    }
}

@Suite(.timeLimit(.minutes(10))) struct ClientProcessTests {
    @Test(arguments: [0, 1, 22]) func `gives the exit status`(code: Int32) async throws {
        let outcome = try await shell("exit \(code)").run(until: forEver)
        #expect(outcome.status == .exited(code))
        #expect(outcome.stopped == nil)
        #expect(outcome.endedAt > outcome.startedAt)
    }

    @Test func `gives the signal a process died of`() async throws {
        let outcome = try await shell("kill -9 $$").run(until: forEver)
        #expect(outcome.status == .signalled(9))
    }

    @Test func `measures both streams and keeps their ends`() async throws {
        let outcome = try await shell("head -c 1000000 /dev/zero | tr '\\0' x; echo; echo last; echo oops >&2")
            .run(until: forEver)
        #expect(outcome.output.length == 1_000_006)
        #expect(outcome.output.lastLines(1) == ["last"])
        #expect(outcome.errors.lastLines(5) == ["oops"])
    }

    @Test func `has nothing on its standard input`() async throws {
        let outcome = try await shell("cat; echo end").run(until: forEver)
        #expect(outcome.output.lastLines(5) == ["end"])
    }

    @Test func `gives exactly its environment`() async throws {
        var process = shell("env | sort")
        process.environment = ["RETROGRADE_URL": "http://127.0.0.1:1", "PATH": "/usr/bin:/bin"]
        let outcome = try await process.run(until: forEver)
        let lines = outcome.output.lastLines(9).filter { !$0.hasPrefix("PWD=") && !$0.hasPrefix("_=") }
        #expect(
            lines.filter { !$0.hasPrefix("OLDPWD") && !$0.hasPrefix("SHLVL") }
                == ["PATH=/usr/bin:/bin", "RETROGRADE_URL=http://127.0.0.1:1"])
    }

    @Test func `lives on after it has closed its output`() async throws {
        let outcome = try await shell("exec >&- 2>&-; sleep 0.2; exit 5").run(until: forEver)
        #expect(outcome.status == .exited(5))
    }

    @Test func `ends what is told to end`() async throws {
        // Time enough for a busy machine: the question is which signal ended it, not how fast.
        let outcome = try await shell("exec sleep 1000", grace: .seconds(30)).run { Why?.some(.enough) }
        #expect(outcome.stopped == .enough)
        #expect(outcome.status == .signalled(SIGTERM))
    }

    @Test func `kills what ignores SIGTERM`() async throws {
        let flag = Flag()
        let outcome = try await shell("trap '' TERM; : > \(flag.path); while :; do sleep 0.01; done")
            .run(until: flag.raised)
        #expect(outcome.status == .signalled(SIGKILL))
    }

    @Test func `sweeps a grandchild that outlives its leader`() async throws {
        let outcome = try await shell("(trap '' TERM; sleep 1000) & echo $$").run(until: forEver)
        let leader = try #require(outcome.output.lastLines(1).first.flatMap { pid_t($0) })
        #expect(outcome.status == .exited(0))
        #expect(await groupIsGone(leader))
    }

    @Test func `sweeps a grandchild that ignores SIGTERM when the leader does not`() async throws {
        let flag = Flag()
        let stubborn = "(trap '' TERM; : > \(flag.path); while :; do sleep 0.01; done)"
        let outcome = try await shell("\(stubborn) & echo $$; wait").run(until: flag.raised)
        #expect(outcome.status == .signalled(SIGTERM))
        let leader = try #require(outcome.output.lastLines(1).first.flatMap { pid_t($0) })
        #expect(await groupIsGone(leader))
    }

    @Test func `ends all of it when the task is cancelled`() async throws {
        let flag = Flag()
        let process = shell("(trap '' TERM; while :; do sleep 0.01; done) & : > \(flag.path); wait")
        let task = Task { try await process.run(until: forEver) }
        #expect(await flag.raised() == .enough)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        while await isAlive(flag.path) { await Task.yield() }
    }

    /// Whether some process has the marker in its command line.
    private func isAlive(_ marker: String) async -> Bool {
        var process = shell("")
        // The brackets keep the pattern from matching the command line that holds it.
        process.words = ["sh", "-c", "grep -lsa -- '[/]\(marker.dropFirst())' /proc/[0-9]*/cmdline"]
        return (try? await process.run(until: forEver).output.length) ?? 0 > 0
    }

    @Test func `says why it cannot start`() async throws {
        var process = shell("")
        process.program = "/nowhere/missing"
        let failure = await #expect(throws: Failure.self) { try await process.run(until: forEver) }
        #expect(failure?.message.hasPrefix("cannot start /nowhere/missing") == true)
    }

    @Test func `starts and ends many at once`() async throws {
        let outcomes = try await withThrowingTaskGroup(of: ClientProcess.Outcome<Why>.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    let flag = Flag()
                    let script = "head -c 50000 /dev/zero; trap '' TERM; : > \(flag.path); sleep 1000"
                    return try await shell(script).run(until: flag.raised)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count == 40)
        #expect(outcomes.allSatisfy { $0.output.length == 50_000 && $0.stopped == .enough })
    }
}
