import Backoff
import HTTPSemantics
import Simulation

extension Mutant {
    /// Other clients with which nothing is wrong: a judge who fails one of these is too quick.
    static let harmless: [Mutant] = [
        Mutant("equal-jitter", "Waits at least half of each step.") { $0.policy.jitter = .equal },
        Mutant("decorrelated", "Draws each delay from the one before.", may: ["BO-03", "HD-02"]) {
            $0.policy.jitter = .decorrelated
        },
        Mutant("quarter-jitter", "Draws from a quarter below each step to a quarter above.") {
            $0.policy.jitter = .proportional(0.25)
        },
        Mutant("slow-start", "Begins with a second.") { $0.policy.base = .seconds(1) },
        Mutant("steep", "Trebles its delays.") { $0.policy.factor = 3 },
        Mutant("few-attempts", "Tries four times in all.") { $0.policy.attempts = 4 },
        Mutant("patient", "Accepts announced waits of up to a day.") {
            $0.policy.retryAfter = .honoured(ceiling: .seconds(86_400))
        },
        Mutant("exact", "Waits exactly as long as announced.", may: ["HD-02"]) {
            $0.changeAnnounced { announced, _ in announced }
        },
    ]

    /// What clients do wrong with their own delays.
    static let ladders: [Mutant] = [
        Mutant("constant", "Never waits longer than the first time.", turns: .fail("BO-02").lost("BO-03")) {
            $0.policy.factor = 1
            $0.policy.jitter = .equal
        },
        Mutant(
            "resentful", "Goes on where the delays of an earlier call have ended.", turns: .fail("BO-03"),
            may: ["CB-01"]
        ) { behaviour in
            behaviour.policy.jitter = .equal
            behaviour.changeOwn { _, moment, generator in
                let step = moment.policy.ladderStep(retry: moment.retriesBefore + moment.attempt - 1)
                return step * Double.random(in: 0.5...1, using: &generator)
            }
        },
        Mutant("shrinking", "Waits less from retry to retry.", turns: .fail("BO-02").lost("BO-03"), may: ["HD-02"]) {
            behaviour in
            behaviour.policy.base = .seconds(4)
            behaviour.changeOwn { wait, moment, _ in wait / (1 << (2 * (moment.attempt - 1))) }
        },
        Mutant(
            "hot", "Does not wait between attempts.",
            // A machine's own noise decides whether pauses of a millisecond seem to grow.
            turns: .fail("BO-01", "MV-01", "CF-01", "RD-03").merging(["JT-01": "I", "JT-02": "I", "HD-01": "I"]) { $1 },
            may: ["BO-02", "BO-03"]
        ) { $0.changeOwn { _, _, _ in .milliseconds(1) } },
        Mutant(
            "nested", "Six attempts, six times over: one retry loop around another.",
            turns: .fail("AT-01", "AM-01", "AM-02"),
            may: ["BO-02", "BO-03", "AT-02", "CF-01", "CB-01", "RC-01"]
        ) {
            $0.policy.attempts = 6
            $0.loops = 6
            $0.shared.budget = nil
        },
        Mutant("endless", "Never gives up.", turns: .fail("AT-01", "AM-01", "AM-02"), may: ["AT-03", "CB-01", "RC-01"])
        {
            $0.policy.attempts = 1_000_000
            $0.shared.budget = nil
        },
    ]

    /// What they do wrong with chance.
    static let chances: [Mutant] = [
        Mutant("no-jitter", "Draws nothing: every client waits the same.", turns: .fail("JT-01", "HD-01").lost("JT-02"))
        {
            $0.policy.jitter = .none
        },
        Mutant(
            "late-jitter", "Draws its delays only from the second retry on.",
            turns: .fail("JT-01", "HD-01").lost("JT-02")
        ) { behaviour in
            behaviour.changeOwn { wait, moment, _ in moment.attempt == 1 ? moment.policy.base : wait }
        },
        Mutant(
            "shared-chance", "Has a fixed seed: every process draws the same.",
            turns: .fail("JT-01", "HD-01").lost("JT-02"), may: ["HD-02"]
        ) {
            $0.chance = .constant
        },
        Mutant(
            "seconds-seed", "Seeds its chance with the second of its start.", turns: .fail("HD-01", "JT-02"),
            may: ["JT-01", "HD-02"]
        ) {
            $0.chance = .time(unit: .seconds(1))
            // With full jitter a second may draw nothing but short delays, which say nothing about a herd.
            $0.policy.jitter = .equal
        },
    ]

    /// What they do wrong about which failures are tried again, and what their callers hear of it.
    static let ends: [Mutant] = [
        Mutant(
            "gives-up", "Never tries again.",
            turns: .all(
                "ST-01", "AT-01", "RA-01", "RA-02", "RD-01", "RD-02", "MV-01", "MV-03", "BO-01", "BO-02", "JT-01",
                "HD-01", "ID-02", "BR-01", "AM-01", "HH-01", "RA-04", "BO-03", "HD-03", "ST-04", "ID-04", "CF-02",
                "RL-04", "BR-02", "AM-02", "AT-02", "AT-03", "RA-03", "RD-03", "RD-04", "MV-02", "JT-02", "HD-02",
                "CF-01",
                "CF-03", "RL-02", verdict: "N")
        ) { $0.policy.attempts = 1 },
        Mutant(
            "no-503", "Does not try again after 503.",
            turns: .all("ST-01", "ID-02", "BR-01", "BR-02", "ID-04", verdict: "N")
        ) { $0.policy.retryableStatuses = [429] },
        Mutant("stubborn", "Asks again for what does not exist.", turns: .fail("ST-02")) {
            $0.policy.retryableStatuses.insert(404)
        },
        Mutant("timeless", "Knows no deadline.", turns: .fail("AT-02", "CF-03")) { $0.knowsDeadline = false },
        Mutant("hushes", "Ends as if it had succeeded when it gives up.", turns: .fail("AT-03")) { behaviour in
            behaviour.step = { step, _ in
                if step == .end(.failed) { step = .end(.succeeded) }
            }
        },
        Mutant(
            "spendthrift", "Has no budget: every call may make all its retries.", turns: .fail("AM-02").lost("RA-03"),
            may: ["CB-01"]
        ) {
            // Few enough that a hundred workers can begin fifty calls a second.
            $0.policy.attempts = 3
            $0.shared.budget = nil
        },
        Mutant(
            "sulks", "Leaves an upstream alone for minutes that was down for seconds.",
            turns: .fail("RC-01"), may: ["CB-01", "AM-02"]
        ) { behaviour in
            var settings = CircuitBreaker.Settings()
            (settings.pause, settings.longestPause) = (.seconds(300), .seconds(300))
            behaviour.shared.breaker = CircuitBreaker(settings)
        },
        Mutant(
            "pushy", "Takes 429 for no reason to wait, and asks until it is let in.",
            turns: .fail("AT-01", "AM-01", "RA-01", "RA-04", "RL-01", "RL-04", "QE-01", "CL-01").lost("RA-02"),
            may: ["HD-03", "QE-02", "RL-02", "AM-02", "AT-03", "CB-01", "RC-01"]
        ) { behaviour in
            behaviour.policy.attempts = 1_000_000
            behaviour.shared = SharedKnowledge(gate: nil, budget: nil)
            behaviour.decide = { decision, moment, _ in
                if moment.status == 429, case .wait = decision { decision = .wait(.milliseconds(20), .backoff) }
            }
        },
        Mutant("insists", "Shows refused credentials again.", turns: .fail("ST-03")) {
            $0.policy.retryableStatuses.insert(401)
        },
        Mutant("believes-in-501", "Asks again for what is not implemented.", turns: .fail("ST-02")) {
            $0.policy.retryableStatuses.insert(501)
        },
    ]
}

extension Behaviour {
    /// Waits something else where nothing usable was announced.
    mutating func changeOwn(
        _ change: @escaping @Sendable (_ wait: Duration, Moment, inout SeededGenerator) -> Duration
    ) {
        decide = { decision, moment, generator in
            switch decision {
            case .wait(let wait, .backoff): decision = .wait(change(wait, moment, &generator), .backoff)
            case .wait(let wait, .announcementUnusable):
                decision = .wait(change(wait, moment, &generator), .announcementUnusable)
            default: break
            }
        }
    }
}
