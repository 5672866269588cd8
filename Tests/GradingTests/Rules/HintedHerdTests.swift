import Grading
import HTTPSemantics
import Testing

/// HD-02.
@Suite struct HintedHerdTests {
    /// - Parameter share: of the announced wait, that it adds at random at most.
    static func client(adding share: Double) -> SimulatedClient {
        let plain = SimulatedClient.exponential("adds 0 to \(Int(share * 100)) %")
        var client = plain
        client.wait = { failure, generator in
            guard let hint = SimulatedClient.understood(failure), let wait = plain.wait(failure, &generator) else {
                return plain.wait(failure, &generator)
            }
            return share > 0 ? wait + Double.random(in: 0...hint * share, using: &generator) : wait
        }
        return client
    }

    @Test func `jitter on top of the wait passes`() throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            let finding = try judged(Self.client(adding: 0.5), "HD-02", seed: seed)
            #expect(finding.verdict == .pass)
            #expect(finding.classification == "adds jitter")
        }
    }

    @Test func `to obey to the point is a herd, which the server asked for`() throws {
        var grader = SimulatedGrader()
        let judged = grader.judge(Self.client(adding: 0), .named("HD-02"))
        let finding = try #require(judged)
        #expect(finding.verdict == .inconclusive)
        #expect(finding.classification == "exact")
        #expect(finding.notes == ["it adds no jitter to an announced wait"])
        let herds = grader.performed.filter { $0.key.scenario == "herd" }
        #expect(herds.map(\.value) == [3])
    }

    @Test func `a client that comes early is left to RA-01`() throws {
        #expect(try judged(.exponential("deaf") { _ in nil }, "HD-02").verdict == .notApplicable)
    }

    @Test func `a client that gives up is not concerned`() throws {
        let client = SimulatedClient(name: "impatient") { failure, _ in
            failure.retryAfter == nil && failure.attempt < 4 ? 1 : nil
        }
        #expect(try judged(client, "HD-02").verdict == .notApplicable)
    }

    @Test func `a machine on which even a fixed delay scatters says nothing`() {
        var grader = SimulatedGrader()
        grader.machine.noise = 0.8
        let finding = grader.judge(Self.client(adding: 0.5), .named("HD-02"))
        #expect(finding?.verdict == .inconclusive)
    }
}
