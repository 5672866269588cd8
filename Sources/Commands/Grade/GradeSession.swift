internal import Grading
internal import HTTPSemantics

/// A grading: asks the rules what they need, runs it, and gives them what came out, until all have concluded.
///
/// All decisions are made in one place, in order: tasks only run clients and put what happened into a mailbox.
struct GradeSession {
    /// Runs one unit, and says when the first request came and after how long.
    typealias Perform =
        @Sendable (
            _ unit: RunSchedule.Unit, _ onFirstRequest: @escaping @Sendable (Duration) -> Void
        ) async throws -> ClientRunner.Result

    var inquiry: Inquiry
    var progress: Progress
    var perform: Perform
    /// Asked now and then: the signal that ends the grading, if one came.
    var interruption: @Sendable () -> Int32?
    private var path = CriticalPath()

    init(
        inquiry: Inquiry, progress: Progress, perform: @escaping Perform,
        interruption: @escaping @Sendable () -> Int32? = { nil }
    ) {
        self.inquiry = inquiry
        self.progress = progress
        self.perform = perform
        self.interruption = interruption
    }

    struct Outcome {
        var inquiry: Inquiry
        var elapsed: Double
        /// The longest chain of waits that the rules needed, in seconds.
        var bound: Double?
        /// Why not all of it was judged.
        var cutShort: String?
        /// The run that ended without any request, if none ever came: there is nothing to judge then.
        var silent: ClientRunner.Result?
    }

    private enum Event: Sendable {
        case firstRequest(RunSchedule.Unit, Duration)
        case finished(RunSchedule.Unit, Result<ClientRunner.Result, any Error>)
        case tick
    }

    consuming func run() async throws -> Outcome {
        let (mailbox, post) = AsyncStream<Event>.makeStream()
        return try await withThrowingDiscardingTaskGroup { group in
            defer {
                group.cancelAll()
                post.finish()
            }
            group.addTask {
                while (try? await Task.sleep(for: .milliseconds(200))) != nil { post.yield(.tick) }
            }
            return try await converse(mailbox, post, &group)
        }
    }

    private mutating func converse(
        _ mailbox: AsyncStream<Event>, _ post: AsyncStream<Event>.Continuation,
        _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) async throws -> Outcome {
        let begin = Instant(nanoseconds: MonotonicClock.nanoseconds())
        var schedule = RunSchedule()
        var finished = 0
        var hasSeenRequest = false
        var isWaking = false
        var elapsed: Double { (Instant(nanoseconds: MonotonicClock.nanoseconds()) - begin).inSeconds }
        defer { progress.clear() }

        ask(&schedule, at: 0)
        while true {
            starting: while true {
                switch schedule.next(at: Instant(nanoseconds: MonotonicClock.nanoseconds())) {
                case .start(let unit):
                    group.addTask { [perform] in
                        do {
                            let result = try await perform(unit) { post.yield(.firstRequest(unit, $0)) }
                            post.yield(.finished(unit, .success(result)))
                        } catch { post.yield(.finished(unit, .failure(error))) }
                    }
                case .waitUntil(let instant):
                    guard !isWaking else { break starting }
                    isWaking = true
                    let wait = instant - Instant(nanoseconds: MonotonicClock.nanoseconds())
                    group.addTask {
                        try? await Task.sleep(for: wait, tolerance: .zero)
                        post.yield(.tick)
                    }
                    break starting
                case .waitForRun: break starting
                case .idle:
                    // A rule that wants nothing more and says nothing would be waited for for ever.
                    inquiry.give(up: "it asked for no further run and came to no conclusion", at: elapsed)
                    return Outcome(inquiry: inquiry, elapsed: elapsed, bound: path.seconds)
                }
            }
            guard let event = await mailbox.first(where: { _ in true }) else { throw CancellationError() }
            isWaking = false
            switch event {
            case .tick:
                if let signal = interruption() {
                    let reason = "interrupted by signal \(signal) after \(Decimal.text(elapsed, places: 1)) s"
                    inquiry.give(up: reason, at: elapsed)
                    return Outcome(inquiry: inquiry, elapsed: elapsed, bound: path.seconds, cutShort: reason)
                }
            case .firstRequest(let unit, let startup):
                hasSeenRequest = true
                schedule.noteFirstRequest(of: unit, after: startup)
            case .finished(let unit, let result):
                finished += unit.processes
                schedule.noteEnd(of: unit)
                let result = try result.get()
                if !hasSeenRequest, result.runs.allSatisfy(\.exchanges.isEmpty) {
                    return Outcome(inquiry: inquiry, elapsed: elapsed, silent: result)
                }
                path.finish(unit, after: result.runs.map { $0.endedAt - $0.startedAt }.max() ?? .zero)
                inquiry.add(result.runs, of: unit.kind)
                ask(&schedule, at: elapsed)
                if inquiry.open.isEmpty { return Outcome(inquiry: inquiry, elapsed: elapsed, bound: path.seconds) }
            }
            progress.show(status(elapsed, schedule, finished))
        }
    }

    private mutating func ask(_ schedule: inout RunSchedule, at elapsed: Double) {
        let (wanted, concluded, wishes) = inquiry.advance(at: elapsed)
        schedule.want(wanted)
        for wish in wishes { path.want(wish.requests, by: wish.rule) }
        for judgement in inquiry.judgements where concluded.contains(judgement.id) {
            progress.conclude(judgement, at: elapsed)
        }
    }

    private func status(_ elapsed: Double, _ schedule: RunSchedule, _ finished: Int) -> Progress.Status {
        Progress.Status(
            elapsed: elapsed, rules: inquiry.rules.count,
            verdicts: Dictionary(grouping: inquiry.judgements, by: \.verdict).mapValues(\.count), finished: finished,
            running: schedule.processes, open: inquiry.open.map(\.id))
    }
}
