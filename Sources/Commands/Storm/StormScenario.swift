internal import Fixtures
internal import Grading
internal import HTTPSemantics
internal import MockServer

/// What happens to the calls of a storm.
enum StormScenario: String, CaseIterable, Sendable {
    /// The first three requests are refused.
    case refusals
    /// A quota for everybody.
    case quota
    /// Nothing works for a while.
    case outage

    /// What it is called in the table.
    var letter: String {
        switch self {
        case .refusals: "a"
        case .quota: "b"
        case .outage: "c"
        }
    }

    func title(_ settings: StormSettings) -> String {
        let hint = settings.hint.map { "Retry-After \(DurationText.human($0))" } ?? "no hint"
        let window = DurationText.human(settings.quota.window)
        return switch self {
        case .refusals: "the first three requests are refused: 429, \(hint)"
        case .quota: "a quota of \(settings.quota.quota) in \(window), where real ones count by the minute"
        case .outage: "an outage of \(DurationText.human(settings.outage)): 503, \(hint)"
        }
    }

    /// The fixture of a lane.
    func fixture(_ settings: StormSettings) throws(FixtureError) -> Fixture {
        let hint = settings.hint.map(DurationText.print) ?? "none"
        let success = "{ success: {}, delay: \(DurationText.print(StormSettings.service)) }"
        let text =
            switch self {
            case .refusals:
                """
                routes:
                  - match: "* /*"
                    replies: [ { times: 3, refusal: { retry-after: \(hint) } }, \(success) ]
                """
            case .quota:
                """
                dialect: \(settings.dialect)
                limits: { calls: { quota: \(settings.quota.text), algorithm: fixed-window, window: first-request } }
                routes: [ { match: "* /*", limits: [calls], reply: \(success) } ]
                """
            case .outage:
                """
                routes:
                  - match: "* /*"
                    replies:
                      - { when: { until: \(DurationText.print(settings.outage)) }, status: 503, retry-after: \(hint) }
                      - \(success)
                """
            }
        return try Fixture(text: text, name: "storm-\(rawValue)")
    }

    /// The shortest time, in seconds, in which all calls can be answered by a client that comes back when it is told to.
    func optimum(_ settings: StormSettings) -> Double {
        let service = StormSettings.service.inSeconds
        let (calls, workers) = (settings.requests, settings.workers)
        switch self {
        case .refusals:
            return OptimalSchedule.makespan(
                admission: settings.hint?.inSeconds ?? 0, calls: calls, workers: workers, service: service)
        case .quota:
            let admission = OptimalSchedule.fixedWindow(
                calls: calls, quota: Int(clamping: settings.quota.quota), window: settings.quota.window.inSeconds)
            return OptimalSchedule.makespan(
                admission: admission, calls: calls, workers: workers, service: service)
        case .outage:
            // Nothing is answered before its end, and everything has to be after it.
            return settings.outage.inSeconds
                + OptimalSchedule.concurrency(calls: calls, places: workers, service: service)
        }
    }
}

/// Workers that are refused together and come back by their own delays alone.
enum StormHerd {
    static func title(_ settings: StormSettings) -> String {
        "\(settings.herdWorkers) workers are refused together three times: 503, no hint"
    }

    /// Each worker is one call; each refusal is held until all workers are there.
    static func fixture(_ settings: StormSettings, group: String) throws(FixtureError) -> Fixture {
        let held = "{ parked: \(settings.herdWorkers), group: \(group), at-most: 20s }"
        return try Fixture(
            text: """
                routes:
                  - match: "* /*"
                    script-per: call
                    replies:
                      - { times: \(StormSettings.herdRounds), status: 503, hold-until: \(held) }
                      - { success: {} }
                """, name: "storm-herd")
    }
}
