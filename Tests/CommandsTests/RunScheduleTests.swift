import Grading
import HTTPSemantics
import Testing

@testable import Commands

private func kind(
    _ scenario: String, _ pacing: RunRequest.Pacing = .timed, limit: Duration = .seconds(10), workers: Int = 1,
    client: RunRequest.Client = .underTest
) -> RunRequest.Kind {
    RunRequest.Kind(
        scenario, profile: workers > 1 ? .workers : .get, client: client, pacing: pacing, limit: limit,
        workers: workers)
}

private func milliseconds(_ count: Int64) -> Instant { .zero + .milliseconds(count) }

/// A schedule that has seen the client's first request.
private func opened(startup: Duration = .milliseconds(10)) -> RunSchedule {
    var schedule = RunSchedule()
    schedule.noteFirstRequest(of: .init(kind: kind("scout"), number: 0), after: startup)
    return schedule
}

/// Starts all that may start, in virtual time, without any run ending.
private func starts(_ schedule: inout RunSchedule, from start: Instant = .zero) -> [(Instant, RunSchedule.Unit)] {
    var now = start
    var result: [(Instant, RunSchedule.Unit)] = []
    while true {
        switch schedule.next(at: now) {
        case .start(let unit): result.append((now, unit))
        case .waitUntil(let instant): now = instant
        case .waitForRun, .idle: return result
        }
    }
}

@Suite struct RunScheduleTests {
    @Test func `starts one run alone until the client has been seen`() {
        var schedule = RunSchedule()
        schedule.want([
            RunRequest(kind("long", .free, limit: .seconds(45)), count: 3), RunRequest(kind("gate"), count: 2),
        ])
        #expect(schedule.next(at: .zero) == .start(.init(kind: kind("gate"), number: 0)))
        #expect(schedule.next(at: milliseconds(500)) == .waitForRun)
        schedule.noteFirstRequest(of: .init(kind: kind("gate"), number: 0), after: .milliseconds(15))
        #expect(schedule.next(at: milliseconds(500)) != .waitForRun)
    }

    @Test func `keeps sixty milliseconds between timed starts, and fits free ones between them`() {
        var schedule = opened()
        schedule.want([RunRequest(kind("a"), count: 3), RunRequest(kind("b", .free), count: 3)])
        let starts = starts(&schedule)
        #expect(starts.map(\.0) == [0, 20, 40, 60, 80, 120].map(milliseconds))
        #expect(starts.map(\.1.kind.scenario) == ["a", "b", "b", "a", "b", "a"])
    }

    @Test func `keeps slow starters further apart, within reason`() {
        var slow = opened(startup: .milliseconds(300))
        slow.want([RunRequest(kind("a"), count: 2), RunRequest(kind("b", .free))])
        #expect(starts(&slow).map(\.0) == [0, 180, 360].map(milliseconds))
        var slowest = opened(startup: .seconds(9))
        slowest.want([RunRequest(kind("a"), count: 2)])
        #expect(starts(&slowest).map(\.0) == [0, 500].map(milliseconds))
    }

    @Test func `lets only a few slow starters start at once, until their requests come or they end`() {
        var schedule = opened(startup: .seconds(1))
        schedule.want([RunRequest(kind("a"), count: 9)])
        let first = starts(&schedule)
        #expect(first.map(\.0) == [0, 500, 1000].map(milliseconds))
        schedule.noteFirstRequest(of: first[1].1, after: .seconds(2))
        let second = starts(&schedule, from: milliseconds(2_500))
        #expect(second.map(\.0) == [milliseconds(2_500)])
        schedule.noteEnd(of: first[0].1)
        #expect(starts(&schedule, from: milliseconds(3_000)).count == 1)
    }

    @Test func `starts the longest waits first, then what is timed`() {
        var schedule = opened()
        let (short, long) = (kind("short", .free), kind("long", .free, limit: .seconds(45)))
        schedule.want([RunRequest(kind("timed")), RunRequest(short), RunRequest(long)])
        #expect(starts(&schedule).map(\.1.kind) == [long, kind("timed"), short])
    }

    @Test func `lets kinds take turns`() {
        var schedule = opened()
        schedule.want([RunRequest(kind("client"), count: 4), RunRequest(kind("reference"), count: 4)])
        let scenarios = starts(&schedule).map(\.1.kind.scenario)
        #expect(
            scenarios == ["client", "reference", "client", "reference", "client", "reference", "client", "reference"])
    }

    @Test func `runs what is alone after all that is timed, and one at a time`() {
        var schedule = opened()
        let (herd, reference) = (kind("herd", .alone, workers: 20), kind("reference", .alone, workers: 20))
        schedule.want([RunRequest(herd, count: 2), RunRequest(reference, count: 2), RunRequest(kind("timed"))])
        #expect(starts(&schedule).map(\.1.kind) == [kind("timed")])
        schedule.noteEnd(of: .init(kind: kind("timed"), number: 0))
        var order: [String] = []
        for round in 0..<4 {
            let started = starts(&schedule, from: milliseconds(1_000 * Int64(round + 1))).map(\.1)
            #expect(started.count == 1)
            guard let unit = started.first else { return }
            order.append(unit.kind.scenario)
            schedule.noteEnd(of: unit)
        }
        #expect(order == ["herd", "reference", "herd", "reference"])
        #expect(schedule.next(at: milliseconds(9_000)) == .idle)
    }

    @Test func `starts no timed run beside one that is alone, but free ones`() {
        var schedule = opened()
        schedule.want([RunRequest(kind("herd", .alone, workers: 20))])
        #expect(starts(&schedule).count == 1)
        schedule.want([RunRequest(kind("timed")), RunRequest(kind("free", .free))])
        #expect(starts(&schedule, from: milliseconds(100)).map(\.1.kind) == [kind("free", .free)])
        schedule.noteEnd(of: .init(kind: kind("herd", .alone, workers: 20), number: 0))
        #expect(starts(&schedule, from: milliseconds(500)).map(\.1.kind) == [kind("timed")])
    }

    @Test func `runs equal kinds once for all who ask, as often as the most demanding asks`() {
        var schedule = opened()
        schedule.want([
            RunRequest(kind("a"), count: 2), RunRequest(kind("a"), count: 3), RunRequest(kind("a"), count: 1),
        ])
        #expect(starts(&schedule).map(\.1.number) == [0, 1, 2])
        schedule.want([RunRequest(kind("a"), count: 4)])
        #expect(starts(&schedule, from: milliseconds(1_000)).map(\.1.number) == [3])
    }

    @Test func `never starts what is no longer wanted`() {
        var schedule = opened()
        schedule.want([RunRequest(kind("a"), count: 5)])
        #expect(schedule.next(at: .zero) == .start(.init(kind: kind("a"), number: 0)))
        schedule.want([])
        #expect(schedule.next(at: milliseconds(60)) == .waitForRun)
        schedule.noteEnd(of: .init(kind: kind("a"), number: 0))
        #expect(schedule.next(at: milliseconds(60)) == .idle)
    }

    @Test func `bounds the processes that run at once`() {
        var schedule = opened()
        schedule.want([RunRequest(kind("a", .free), count: 100)])
        #expect(starts(&schedule).count == RunSchedule.processCap)
        schedule.noteEnd(of: .init(kind: kind("a", .free), number: 7))
        #expect(starts(&schedule, from: milliseconds(60_000)).count == 1)
    }

    @Test func `runs a round that is larger than the bound`() {
        var schedule = opened()
        schedule.want([RunRequest(kind("herd", .alone, workers: 100))])
        #expect(starts(&schedule).count == 1)
    }
}
