import CCurl
import Glibc
import HTTPSemantics

/// The loop thread as its callers see it: `async` transfers and sleeps. It ends with this object.
final class TransferLoop: Sendable {
    let clock: MonotonicClock
    private let mailbox: Mailbox
    private let thread: pthread_t

    /// nil if memory, file descriptors or threads are exhausted.
    ///
    /// - Parameter connections: how many transfers will run at once: so many connections are kept alive.
    init?(connections: Int) {
        guard let multi = MultiHandle(connections: connections), let timer = TimerDescriptor() else { return nil }
        clock = MonotonicClock()
        mailbox = Mailbox(multi: multi)
        let loop = LoopThread(mailbox: mailbox, clock: clock, timer: timer, idleHandleLimit: connections)
        // The new thread takes over the only reference.
        let context = Unmanaged.passRetained(loop)
        var thread = pthread_t()
        guard pthread_create(&thread, nil, runLoopThread, context.toOpaque()) == 0 else {
            context.release()
            return nil
        }
        self.thread = thread
    }

    deinit {
        stop()
        pthread_join(thread, nil)
    }

    /// Ends what is under way with ``TransferOutcome/shutDown``, and everything that comes later too.
    func stop() { _ = mailbox.post(.stop) }

    /// Sends the request and waits for the end of the transfer. Cancelling the task closes the connection.
    func perform(_ request: TransferRequest) async -> TransferOutcome {
        await run(Transfer(request, clock: clock))
    }

    /// Sends the request and waits for the head of its response; an error's response comes with its body. Cancelling
    /// the task closes the connection, and so does dropping the body.
    func open(_ request: TransferRequest) async -> (TransferOutcome, OpenBody) {
        let channel = BodyChannel()
        let transfer = Transfer(request, channel: channel, clock: clock)
        let body = OpenBody(transfer, channel: channel, loop: self)
        return (await run(transfer), body)
    }

    private func run(_ transfer: Transfer) async -> TransferOutcome {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.await(continuation)
                if !mailbox.post(.start(transfer)) { transfer.finish(.shutDown) }
            }
        } onCancel: {
            _ = mailbox.post(.cancel(transfer))
        }
    }

    func post(_ command: Command) { _ = mailbox.post(command) }

    /// Sleeps until the instant; false if the task was cancelled or the loop stopped before.
    func sleep(until due: Instant) async -> Bool {
        let alarm = Alarm(due: due)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                alarm.await(continuation)
                if !mailbox.post(.sleep(alarm)) { alarm.finish(false) }
            }
        } onCancel: {
            _ = mailbox.post(.wake(alarm))
        }
    }
}

private func runLoopThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    // A peer that closes while OpenSSL writes must end a transfer, not the process. The signal goes to the thread
    // that writes, so the rest of the process keeps its own choice.
    var pipe = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipe, nil)
    Unmanaged<LoopThread>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
