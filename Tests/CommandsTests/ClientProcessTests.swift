import Glibc
import Synchronization
import Testing

@testable import Commands

private enum Why: Sendable { case enough }

private func shell(_ script: String) -> ClientProcess {
    ClientProcess(
        program: "/bin/sh", words: ["sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"],
        grace: .milliseconds(200))
}

/// Waits until no process of the group is left (a killed one needs a moment to go).
private func groupIsGone(_ leader: pid_t) async -> Bool {
    for _ in 0..<2_000 {
        if kill(-leader, 0) != 0 { return true }
        // A zombie whose new parent has not yet collected it does nothing any more.
        if await Task.yieldingSleep() { return false }
    }
    return false
}

extension Task where Success == Never, Failure == Never {
    /// A millisecond's pause; true if the task was cancelled.
    fileprivate static func yieldingSleep() async -> Bool {
        do {
            try await sleep(for: .milliseconds(1))
            return false
        } catch { return true }
    }
}

/// Never a reason: waits until it is cancelled.
@Sendable private func forEver() async -> Why? {
    try? await Task.sleep(for: .seconds(3_600))
    return nil
}

@Suite(.timeLimit(.minutes(1))) struct ClientProcessTests {
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
        let outcome = try await shell("echo $$; exec sleep 1000").run { Why?.some(.enough) }
        #expect(outcome.stopped == .enough)
        #expect(outcome.status == .signalled(SIGTERM))
    }

    @Test func `kills what ignores SIGTERM`() async throws {
        let outcome = try await shell("trap '' TERM; echo ready; while :; do sleep 0.01; done").run { () -> Why? in
            try? await Task.sleep(for: .milliseconds(100))
            return .enough
        }
        #expect(outcome.status == .signalled(SIGKILL))
    }

    @Test func `sweeps a grandchild that outlives its leader`() async throws {
        let outcome = try await shell("(trap '' TERM; sleep 1000) & echo $$").run(until: forEver)
        let leader = try #require(outcome.output.lastLines(1).first.flatMap { pid_t($0) })
        #expect(outcome.status == .exited(0))
        #expect(await groupIsGone(leader))
    }

    @Test func `sweeps a grandchild that ignores SIGTERM when the leader does not`() async throws {
        let outcome = try await shell("(trap '' TERM; while :; do sleep 0.01; done) & echo $$; wait").run {
            () -> Why? in
            try? await Task.sleep(for: .milliseconds(100))
            return .enough
        }
        let leader = try #require(outcome.output.lastLines(1).first.flatMap { pid_t($0) })
        #expect(await groupIsGone(leader))
    }

    @Test func `ends all of it when the task is cancelled`() async throws {
        let marker = "retrograde-test-\(UInt64.random(in: 0 ... .max))"
        let process = shell("(trap '' TERM; while :; do sleep 0.01; done) & : \(marker); wait")
        let started = Mutex(false)
        let task = Task {
            try await process.run { () -> Why? in
                started.withLock { $0 = true }
                return await forEver()
            }
        }
        while !started.withLock({ $0 }) { await Task.yield() }
        while await !isAlive(marker) { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        while await isAlive(marker) { await Task.yield() }
    }

    /// Whether some process has the marker in its command line.
    private func isAlive(_ marker: String) async -> Bool {
        var process = shell("")
        // The brackets keep the pattern from matching the command line that holds it.
        process.words = ["sh", "-c", "grep -lsa -- '[r]\(marker.dropFirst())' /proc/[0-9]*/cmdline"]
        return (try? await process.run(until: forEver).output.length) ?? 0 > 0
    }

    @Test func `says why it cannot start`() async throws {
        var process = shell("")
        process.program = "/nowhere/missing"
        let failure = await #expect(throws: Failure.self) { try await process.run(until: forEver) }
        #expect(failure?.message.hasPrefix("cannot start /nowhere/missing") == true)
    }

    @Test func `starts and ends many at once`() async throws {
        let statuses = try await withThrowingTaskGroup(of: TerminationCount.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    let outcome = try await shell("head -c 50000 /dev/zero; trap '' TERM; sleep 1000").run {
                        () -> Why? in
                        try? await Task.sleep(for: .milliseconds(300))
                        return .enough
                    }
                    return TerminationCount(bytes: outcome.output.length, stopped: outcome.stopped == .enough)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.count == 40)
        #expect(statuses.allSatisfy { $0.bytes == 50_000 && $0.stopped })
    }

    private struct TerminationCount: Sendable {
        var bytes: Int
        var stopped: Bool
    }
}
