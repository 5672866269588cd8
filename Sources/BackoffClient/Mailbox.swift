import CCurl
import Synchronization

/// What callers hand to the loop thread.
enum Command: Sendable {
    case start(Transfer)
    case cancel(Transfer)
    /// The reader of a paused body has made room.
    case proceed(Transfer)
    case sleep(Alarm)
    case wake(Alarm)
    case stop
}

/// The queue of commands, and the way to wake the thread that reads it.
final class Mailbox: Sendable {
    private struct State {
        var commands: [Command] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    let multi: MultiHandle

    init(multi: MultiHandle) { self.multi = multi }

    /// Puts a command into the queue; false if the loop has ended or is about to.
    func post(_ command: Command) -> Bool {
        let (accepted, wasEmpty) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            if case .stop = command { state.isClosed = true }
            state.commands.append(command)
            return (true, state.commands.count == 1)
        }
        // The thread empties the queue before it sleeps: a queue that was not empty has woken it already.
        if wasEmpty { multi.wakeUp() }
        return accepted
    }

    /// Everything in the queue, oldest first.
    func takeAll() -> [Command] {
        state.withLock { state in
            var commands: [Command] = []
            swap(&commands, &state.commands)
            return commands
        }
    }
}

/// A libcurl multi handle.
///
/// `@unchecked Sendable`: the loop thread alone uses it, but for `curl_multi_wakeup`, which libcurl documents as
/// safe from any thread while the handle exists. It exists as long as this object.
final class MultiHandle: @unchecked Sendable {
    let raw: UnsafeMutableRawPointer

    /// - Parameter connections: how many kept-alive connections are remembered.
    init?(connections: Int) {
        guard initialiseLibcurl, let raw = curl_multi_init() else { return nil }
        self.raw = raw
        CCurl_multi_setopt_long(raw, CURLMOPT_MAXCONNECTS, connections)
    }

    deinit { curl_multi_cleanup(raw) }

    func wakeUp() { curl_multi_wakeup(raw) }
}

/// Initialises libcurl once for the process.
private let initialiseLibcurl = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK
