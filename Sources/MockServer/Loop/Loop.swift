internal import CMicroHTTPD
internal import Glibc
internal import Synchronization

/// The one thread that runs a server: one epoll for every daemon, one timerfd for all waits, one eventfd for calls
/// from outside.
///
/// Everything a daemon or a timer calls runs on this thread, so nothing on the request path needs a lock, events
/// have one order, and suspend, resume and stop cannot race.
///
/// `@unchecked Sendable`: ``mailbox`` is guarded by its mutex. Everything else belongs to the loop thread, and to
/// the holder of the mailbox's lock once that thread has ended.
final class Loop: @unchecked Sendable {
    private struct Mailbox {
        var calls: [() -> Void] = []
        var hasEnded = false
    }

    private let mailbox = Mutex(Mailbox())
    private let epoll: Int32
    private let wakeUp: Int32
    private let timer: Int32

    private var timers = TimerQueue<() -> Void>()
    private var armedFor: Int64?
    private var watches: [UInt64: () -> Void] = [:]
    private var nextWatch: UInt64 = 16
    private var soon: [() -> Void] = []
    private var isStopping = false

    /// Told of each wake-up by the timer: for when it was set and when it came.
    var onTimer: (_ due: Int64, _ now: Int64) -> Void = { _, _ in }

    /// Above so many waits the timer ticks in whole milliseconds: each wake-up of a daemon costs a walk over its
    /// parked requests, so thousands of exact wake-ups are later than a thousand ticks a second.
    private static let exactWaits = 500
    private static let tick: Int64 = 1_000_000

    private enum Token { static let (wakeUp, timer): (UInt64, UInt64) = (0, 1) }

    init() throws(ServerError) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        timer = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
        guard epoll >= 0, wakeUp >= 0, timer >= 0 else {
            // Closed by deinit, which runs for an object that was complete before it threw.
            throw ServerError(.resources, "cannot make an event loop: \(SystemFailure(code: errno).reason)")
        }
        register(wakeUp, token: Token.wakeUp, events: EPOLLIN.rawValue)
        register(timer, token: Token.timer, events: EPOLLIN.rawValue)
    }

    deinit {
        for descriptor in [epoll, wakeUp, timer] where descriptor >= 0 { close(descriptor) }
    }

    /// Starts the thread. It keeps the loop alive until ``stop()``.
    func start() throws(ServerError) {
        var thread = pthread_t()
        let this = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, loopThread, this.toOpaque())
        guard code == 0 else {
            this.release()
            throw ServerError(.resources, "cannot start the server's thread: \(SystemFailure(code: code).reason)")
        }
        pthread_detach(thread)
    }

    // MARK: From any thread

    /// Calls on the loop thread, in the order of asking. After the end of that thread the caller's own thread does
    /// it, under the lock.
    func post(_ call: @escaping @Sendable () -> Void) {
        let mustWake = mailbox.withLock { mailbox in
            if mailbox.hasEnded {
                call()
                return false
            }
            mailbox.calls.append(call)
            return mailbox.calls.count == 1
        }
        guard mustWake else { return }
        var one: UInt64 = 1
        _ = write(wakeUp, &one, MemoryLayout<UInt64>.size)
    }

    /// Calls on the loop thread and returns what the call returned.
    func perform<Value: Sendable>(_ call: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            post { continuation.resume(returning: call()) }
        }
    }

    // MARK: On the loop thread

    func schedule(at due: Int64, _ call: @escaping () -> Void) -> TimerQueue<() -> Void>.Token {
        timers.schedule(call, at: due)
    }

    func cancel(_ token: TimerQueue<() -> Void>.Token) { timers.cancel(token) }

    /// Calls at the end of this turn, after everything that is ready now.
    func afterwards(_ call: @escaping () -> Void) { soon.append(call) }

    /// Calls whenever the descriptor is readable (or, with other events, as they say) until it is unwatched.
    func watch(_ descriptor: Int32, events: UInt32 = EPOLLIN.rawValue, _ call: @escaping () -> Void) -> UInt64 {
        let token = nextWatch
        nextWatch += 1
        watches[token] = call
        register(descriptor, token: token, events: events)
        return token
    }

    func unwatch(_ descriptor: Int32, _ token: UInt64) {
        guard watches.removeValue(forKey: token) != nil else { return }
        var event = epoll_event()
        epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event)
    }

    /// Ends the thread after this turn.
    func stop() { isStopping = true }

    private func register(_ descriptor: Int32, token: UInt64, events: UInt32) {
        var event = epoll_event(events: events, data: epoll_data_t(u64: token))
        epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
    }

    fileprivate func run() {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while !isStopping {
            armTimer()
            let count = epoll_wait(epoll, &events, Int32(events.count), soon.isEmpty ? -1 : 0)
            for event in events.prefix(Int(max(count, 0))) {
                switch event.data.u64 {
                case Token.wakeUp: takeCalls()
                case Token.timer: takeTimers()
                case let token: watches[token]?()
                }
            }
            takeSoon()
        }
        end()
    }

    private func takeCalls() {
        var count: UInt64 = 0
        _ = read(wakeUp, &count, MemoryLayout<UInt64>.size)
        let calls = mailbox.withLock { mailbox in
            let calls = mailbox.calls
            mailbox.calls.removeAll(keepingCapacity: true)
            return calls
        }
        for call in calls { call() }
    }

    private func takeTimers() {
        var expirations: UInt64 = 0
        _ = read(timer, &expirations, MemoryLayout<UInt64>.size)
        let now = MonotonicClock.now()
        if let due = armedFor { onTimer(due, now) }
        armedFor = nil
        while let (_, call) = timers.popDue(at: now) { call() }
    }

    private func takeSoon() {
        // What these calls ask for again belongs to the next turn, so that sockets are not starved.
        let calls = soon
        soon.removeAll(keepingCapacity: true)
        for call in calls { call() }
    }

    private func armTimer() {
        guard var due = timers.nextDue() else { return }
        if timers.count > Self.exactWaits { due = (due + Self.tick - 1) / Self.tick * Self.tick }
        guard due != armedFor else { return }
        armedFor = due
        var setting = itimerspec()
        setting.it_value.tv_sec = Int(due / 1_000_000_000)
        setting.it_value.tv_nsec = Int(due % 1_000_000_000)
        timerfd_settime(timer, Int32(TFD_TIMER_ABSTIME), &setting, nil)
    }

    private func end() {
        mailbox.withLock { mailbox in
            mailbox.hasEnded = true
            let calls = mailbox.calls
            mailbox.calls.removeAll()
            for call in calls { call() }
        }
    }
}

/// The body of the thread: a function of its own, because a closure would belong to the actor that forms it.
private func loopThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    // Signals of the process are for whoever waits for them, never for the loop.
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, nil)
    Unmanaged<Loop>.fromOpaque(argument!).takeRetainedValue().run()
    return nil
}
