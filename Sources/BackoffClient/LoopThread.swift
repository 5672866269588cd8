import Backoff
import CCurl
import Glibc
import HTTPSemantics

/// The one thread on which libcurl runs and sleeps end. Everything here is confined to it.
final class LoopThread {
    private let mailbox: Mailbox
    private let multi: MultiHandle
    private let clock: MonotonicClock
    private let timer: TimerDescriptor
    /// Running transfers by their handle.
    private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    /// Handles for later transfers: a new one costs more than a reset.
    private var idleHandles: [EasyHandle] = []
    private let idleHandleLimit: Int
    private var alarms = DueList<Alarm>()
    /// The running transfers by the end of their time.
    private var running = DueList<Transfer>()
    /// What the timer is set to.
    private var timerDue: Instant?
    private var isStopping = false

    init(mailbox: Mailbox, clock: MonotonicClock, timer: TimerDescriptor, idleHandleLimit: Int) {
        self.mailbox = mailbox
        multi = mailbox.multi
        self.clock = clock
        self.timer = timer
        self.idleHandleLimit = idleHandleLimit
    }

    func run() {
        while !isStopping {
            for command in mailbox.takeAll() { obey(command) }
            while let alarm = alarms.takeDue(at: clock.now) { alarm.finish(true) }
            var count: Int32 = 0
            curl_multi_perform(multi.raw, &count)
            finishEndedTransfers()
            endOverdueTransfers()
            if !isStopping { sleep() }
        }
        for transfer in transfers.values { end(transfer, .shutDown) }
        for alarm in alarms.takeAll() { alarm.finish(false) }
        for command in mailbox.takeAll() { obey(command) }
    }

    private func obey(_ command: Command) {
        switch command {
        case .start(let transfer):
            if isStopping { return transfer.finish(.shutDown) }
            if transfer.isCancelled { return transfer.finish(.cancelled) }
            start(transfer)
        case .cancel(let transfer):
            transfer.isCancelled = true
            end(transfer, .cancelled)
        case .proceed(let transfer): transfer.proceed()
        case .sleep(let alarm):
            if isStopping || alarm.isCancelled { return alarm.finish(false) }
            alarms.insert(alarm)
        case .wake(let alarm):
            // Before the sleep has come, its sleeper is still being written down.
            alarm.isCancelled = true
            if alarms.remove(alarm) { alarm.finish(false) }
        case .stop:
            isStopping = true
        }
    }

    private func start(_ transfer: Transfer) {
        guard let handle = idleHandles.popLast() ?? EasyHandle() else {
            return transfer.finish(.failure(.unsendable, mayHaveArrived: false))
        }
        transfer.configure(handle)
        transfer.handle = handle
        transfers[handle.raw] = transfer
        running.insert(transfer)
        if curl_multi_add_handle(multi.raw, handle.raw) != CURLM_OK {
            end(transfer, .failure(.unsendable, mayHaveArrived: false))
        }
    }

    private func finishEndedTransfers() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi.raw, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let raw = message.pointee.easy_handle,
                let transfer = transfers[raw], let handle = transfer.handle
            else { continue }
            let evidence = transfer.evidence(CCurl_message_result(message), handle: handle)
            end(transfer, evidence.outcome)
        }
    }

    private func endOverdueTransfers() {
        let now = clock.now
        while let transfer = running.takeDue(at: now) {
            if transfer.extend(at: now) { running.insert(transfer) } else { end(transfer, transfer.overdue) }
        }
    }

    /// Takes the transfer out of libcurl, which closes its connection if it is still under way.
    private func end(_ transfer: Transfer, _ outcome: TransferOutcome) {
        guard let handle = transfer.handle else { return }
        curl_multi_remove_handle(multi.raw, handle.raw)
        transfers[handle.raw] = nil
        _ = running.remove(transfer)
        transfer.handle = nil
        if idleHandles.count < idleHandleLimit {
            handle.reset()
            idleHandles.append(handle)
        }
        transfer.finish(outcome)
    }

    /// Until a socket is ready, a command comes, libcurl's own timers or the next alarm is due.
    private func sleep() {
        let next = [alarms.next, running.next].compactMap { $0 }.filter { $0 < .distantFuture }.min()
        // A timer that is set too early costs one look, and to set it anew for every transfer a call of the system each.
        let isEarlyEnough = if let set = timerDue, let next { set <= next && set > clock.now } else { timerDue == next }
        if !isEarlyEnough {
            timerDue = next
            timer.set(next, on: clock)
        }
        var waited = curl_waitfd(fd: timer.descriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
        curl_multi_poll(multi.raw, &waited, 1, 60_000, nil)
    }
}
