import Fixtures
import Grading
import HTTPSemantics
import Journal
import MockServer
import Synchronization
import Testing

@testable import Commands

/// A runner for a client's command line, with the scenarios that the binary carries.
private func runner(_ words: [String], post: [String]? = nil, body: String = "/dev/null") throws -> ClientRunner {
    ClientRunner(
        server: try MockServer(),
        commands: ClientCommands(
            main: ClientCommand(words: words), post: post.map { ClientCommand(words: $0) },
            reference: { _ in ClientCommand(words: words) }, body: body, otherBody: "/dev/zero", largeBody: "/dev/zero"),
        environment: ["PATH": "/usr/bin:/bin"], seed: 7,
        scenario: { name, parameters in
            let files = FixtureFiles(rules: [:])
            let outcome = try files.embedded("suites/\(name).yaml", FixtureFiles.Overrides(parameters: parameters))
            return try #require(outcome.fixture)
        },
        programs: ["curl": "/usr/bin/curl", "sh": "/bin/sh", "sleep": "/bin/sleep"])
}

private func unit(
    _ scenario: String, _ parameters: [String: String] = [:], profile: Profile = .get,
    limit: Duration = .seconds(30), workers: Int = 1
) -> RunSchedule.Unit {
    RunSchedule.Unit(
        kind: RunRequest.Kind(
            scenario, parameters: parameters, profile: profile, pacing: .free, limit: limit, workers: workers),
        number: 3)
}

@Suite(.timeLimit(.minutes(10))) struct ClientRunnerTests {
    @Test func `gathers what the lane and the process saw`() async throws {
        let startup = Mutex<Duration?>(nil)
        let result = try await runner(["curl", "-sS", "{url}/v1/x"]).perform(unit("status-forever", ["status": "404"]))
        {
            time in startup.withLock { $0 = time }
        }
        let run = try #require(result.runs.first)
        #expect(result.runs.count == 1)
        #expect(run.round == 3 && run.seed == 10)
        #expect(run.ending == .exited(0))
        #expect(run.exchanges.map(\.arrival.target) == ["/v1/x"])
        #expect(run.exchanges.map(\.reply?.status) == [404])
        #expect(run.exchanges.allSatisfy { $0.endedAt != nil })
        #expect(run.dropped == 0 && run.unconsumed == 0)
        #expect(run.output.digest.count == 64)
        let arrival = try #require(run.exchanges.first?.arrivedAt)
        #expect(run.startedAt < arrival && arrival < run.endedAt)
        #expect(try #require(startup.withLock { $0 }) > .zero)
    }

    @Test func `counts scripted replies that nobody asked for`() async throws {
        let result = try await runner(["curl", "-s", "{url}"]).perform(unit("raw-hint", ["failures": "3"])) { _ in }
        #expect(result.runs.map(\.unconsumed) == [2])
    }

    @Test func `reports how the process ended and what it printed`() async throws {
        let result = try await runner(["curl", "-sSf", "{url}"]).perform(unit("status-forever")) { _ in }
        #expect(result.runs.map(\.ending) == [.exited(22)])
        #expect(result.printed.first?.contains("503") == true)
    }

    @Test func `starts the workers of a round together, each against a lane of its own`() async throws {
        let result = try await runner(["curl", "-sS", "--retry", "1", "{url}"])
            .perform(unit("herd", ["failures": "1"], profile: .workers, workers: 4)) { _ in }
        #expect(result.runs.map(\.round) == [3, 3, 3, 3])
        #expect(result.runs.map { $0.exchanges.map { $0.reply?.status } } == Array(repeating: [503, 200], count: 4))
        #expect(result.runs.map(\.ending) == Array(repeating: .exited(0), count: 4))
    }

    @Test func `sends the body file in a POST`() async throws {
        let folder = try ScratchFolder(in: [:])
        let body = try folder.writeBody(seed: 7)
        let result = try await runner(
            ["false"], post: ["curl", "-sS", "-X", "{method}", "--data-binary", "@{body}", "{url}"], body: body
        ).perform(unit("post-refused", ["failures": "0"], profile: .post)) { _ in }
        let exchange = try #require(result.runs.first?.exchanges.first)
        #expect(exchange.arrival.method == "POST")
        #expect(exchange.body?.length == 65_536)
        withExtendedLifetime(folder) {}
    }

    @Test func `ends a run at its limit`() async throws {
        let result = try await runner(["sh", "-c", "curl -s {url}; sleep 1000"])
            .perform(unit("status-forever", limit: .seconds(2))) { _ in }
        #expect(result.runs.map(\.ending) == [.timeUp])
    }

    @Test func `ends a run in which no request comes`() async throws {
        var runner = try runner(["sleep", "1000"])
        runner.firstRequestWithin = .milliseconds(200)
        let result = try await runner.perform(unit("status-forever")) { _ in }
        #expect(result.runs.map(\.ending) == [.noRequest])
    }

    @Test func `ends a run with too many requests`() async throws {
        let result = try await runner(["curl", "-s", "{url}/[1-200000]"]).perform(unit("status-forever")) { _ in }
        let run = try #require(result.runs.first)
        #expect(run.ending == .tooManyRequests)
        #expect(run.exchanges.count > ClientRunner.requestLimit)
    }

    @Test func `closes its lanes`() async throws {
        let runner = try runner(["curl", "-s", "{url}"])
        _ = try await runner.perform(unit("status-forever")) { _ in }
        #expect(await runner.server.lanes().isEmpty)
    }
}
