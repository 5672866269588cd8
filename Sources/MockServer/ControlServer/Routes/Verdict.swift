internal import Grading
internal import HTTPSemantics

extension ControlRoute {
    /// The fixture's `expect`, judged on the journal so far; with `wait`, as soon as no verdict lacks evidence or the
    /// time is over.
    static let verdict = ControlRoute(method: "GET", path: "/v1/lanes/{name}/verdict") {
        (request, desk) async throws(ControlError) in
        let lane = try await desk.lane(of: request)
        let wait = try request.duration("wait")
        // Real time, whatever the lane's own clock does.
        let deadline = Instant(nanoseconds: MonotonicClock.now()) + wait
        while true {
            let (verdicts, next) = await lane.judged(by: desk.configuration.rules)
            let left = deadline - Instant(nanoseconds: MonotonicClock.now())
            guard left > .zero, verdicts.contains(where: { $0.finding.verdict == .inconclusive }) else {
                return ControlReply(json: JSONText(verdicts, of: lane))
            }
            _ = await lane.journal(since: next, waitingFor: 1, atMost: left)
        }
    }
}

extension JSONText {
    fileprivate init(_ verdicts: [LaneVerdict], of lane: Lane) {
        self = [
            "lane": .string(lane.name), "fixture": .string(lane.fixture),
            "verdicts": .array(verdicts.map(JSONText.init)),
            "summary": .object(
                Verdict.allCases.map { verdict in
                    Member(
                        name: verdict.rawValue,
                        value: .integer(Int64(verdicts.count { $0.finding.verdict == verdict })))
                }),
        ]
    }

    private init(_ verdict: LaneVerdict) {
        let finding = verdict.finding
        self = [
            "id": .string(verdict.rule), "verdict": .string(finding.verdict.rawValue),
            "level": verdict.level.map { .string($0.rawValue) } ?? .null,
            "expected": .string(finding.expected), "actual": .string(finding.actual),
            "evidence": .array(finding.evidence.map { .string($0.text) }),
            "notes": .array(finding.notes.map { .string($0) }),
        ]
    }
}
