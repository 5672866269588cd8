import Fixtures
import Grading
import HTTPSemantics
import TestSupport
import Testing

/// The scenarios are fixtures like any user's: what rules ask for must load, and mean what the simulation plays.
@Suite struct ScenarioTests {
    /// Every kind of run that any suite asked of a few clients.
    static let kinds: [RunRequest.Kind] = {
        var kinds: Set<RunRequest.Kind> = []
        for suite in Suite.all {
            for client in [
                StandardSuiteTests.model, StandardSuiteTests.urllib3, .exponential("no 503", statuses: [429]),
                TruncatedTests.client { $0.noticesTruncation = false },
            ] {
                var grader = SimulatedGrader(profiles: Set(Profile.allCases), thoroughness: suite.thoroughness)
                _ = grader.grade(client, suite.rules.compactMap(RuleCatalogue.rule))
                kinds.formUnion(grader.performed.keys)
            }
        }
        return kinds.sorted { $0.description < $1.description }
    }()

    static let fixtures: [(kind: RunRequest.Kind, fixture: Result<Fixture, any Error>)] = kinds.map { kind in
        (kind, Result { try fixture(kind) })
    }

    static func fixture(_ kind: RunRequest.Kind) throws -> Fixture {
        var parameters = kind.scenarioParameters
        if kind.profile == .workers {
            parameters["group"] = "round-1"
            parameters["workers"] = "\(kind.workers)"
        }
        return try Fixture.shipped("fixtures/suites/\(kind.scenario).yaml", parameters: parameters)
    }

    @Test func `every scenario that rules ask for loads without a remark`() throws {
        for (_, fixture) in Self.fixtures { _ = try fixture.get() }
        let asked = Set(Self.kinds.map(\.scenario))
        let named = Set(RuleCatalogue.all.flatMap(\.scenarios))
        let files = Set(
            RepositoryFiles.files(in: "fixtures/suites", endingWith: ".yaml").map { path in
                String(path.split(separator: "/").last!.dropLast(5))
            })
        #expect(asked == named)
        #expect(named == files)
    }

    @Test func `every scenario answers any request with the same script for everybody`() throws {
        for (kind, result) in Self.fixtures {
            let fixture = try result.get()
            #expect(fixture.routes.count == 1)
            #expect(fixture.routes.first?.match.text == "* /*")
            // Where the target is the call, it may matter who asks; elsewhere everything in a lane is one call.
            #expect(kind.profile == .many || fixture.limits.isEmpty)
        }
    }

    @Test func `the simulation plays what the files say`() throws {
        // Many calls are simulated with the upstream itself.
        for (kind, fixture) in Self.fixtures where kind.profile != .many {
            let route = try #require(try fixture.get().routes.first)
            let simulated = SimulatedMachine.script(kind)
            var step = 0
            for reply in route.replies {
                for _ in 0..<reply.times {
                    let played = simulated(step)
                    step += 1
                    #expect(played.held == (reply.hold != nil), "\(kind.description), reply \(step)")
                    let breaks = reply.fault.map { ![.stall, .reply].contains($0.action) } ?? false
                    #expect(played.breaks == breaks, "\(kind.description), reply \(step)")
                    #expect(played.hangs == (reply.fault?.action == .stall), "\(kind.description), reply \(step)")
                    #expect((played.phase == nil) == (reply.sendPhase == nil), "\(kind.description), reply \(step)")
                    let hint = played.retryAfter(WallTime(secondsSinceEpoch: 1_800_000_000))
                    #expect(
                        (hint == nil) == (reply.retryAfter ?? .absent == .absent), "\(kind.description), reply \(step)")
                    guard case .literal(let response) = reply.content else { continue }
                    #expect(played.status == response.status, "\(kind.description), reply \(step)")
                }
            }
            #expect(step <= 7)
        }
    }
}
