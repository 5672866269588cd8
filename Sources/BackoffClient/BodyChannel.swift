import Backoff
import Synchronization

/// The body of a streamed response on its way from the loop thread to one reader: so many bytes, and then the sender
/// has to wait.
final class BodyChannel: Sendable {
    enum Event: Sendable {
        case piece([UInt8])
        /// The body is complete.
        case end
        case broken(TransportFailure)
        case cancelled
        case shutDown
    }

    private struct State {
        var bytes: [UInt8] = []
        var end: Event?
        /// Whether bytes were turned away and must be asked for again.
        var isFull = false
        var reader: CheckedContinuation<Event, Never>?
    }

    /// Bytes that wait for the reader, beside what libcurl holds itself (16 KiB) and the kernel.
    static let capacity = 256 << 10

    private let state = Mutex(State())

    var isFull: Bool { state.withLock { $0.isFull } }

    // MARK: The loop thread's side

    /// False if there is no room: the bytes are offered again after the reader has taken what is here.
    func offer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let piece = Array(bytes)
        let (isTaken, reader) = state.withLock { state -> (Bool, CheckedContinuation<Event, Never>?) in
            if let reader = state.reader.take() { return (true, reader) }
            guard state.bytes.isEmpty || state.bytes.count + piece.count <= Self.capacity else {
                state.isFull = true
                return (false, nil)
            }
            state.bytes.append(contentsOf: piece)
            return (true, nil)
        }
        reader?.resume(returning: .piece(piece))
        return isTaken
    }

    func finish(_ outcome: TransferOutcome) {
        let event: Event =
            switch outcome {
            case .response: .end
            case .failure(let failure, _): .broken(failure)
            case .cancelled: .cancelled
            case .shutDown: .shutDown
            }
        let reader = state.withLock { state in
            state.end = state.end ?? event
            return state.reader.take()
        }
        reader?.resume(returning: event)
    }

    // MARK: The reader's side

    /// What came, all of it at once, or how it ended; whoever finds nothing is resumed later.
    ///
    /// - Returns: whether the sender waits for room.
    func read(_ reader: CheckedContinuation<Event, Never>) -> Bool {
        let (event, wasFull) = state.withLock { state -> (Event?, Bool) in
            if !state.bytes.isEmpty {
                var bytes: [UInt8] = []
                swap(&bytes, &state.bytes)
                defer { state.isFull = false }
                return (.piece(bytes), state.isFull)
            }
            if let end = state.end { return (end, false) }
            state.reader = reader
            return (nil, false)
        }
        if let event { reader.resume(returning: event) }
        return wasFull
    }
}

/// A streamed body, held by its reader: the transfer is closed when nobody holds it any more.
final class OpenBody: Sendable {
    private let transfer: Transfer
    private let channel: BodyChannel
    private let loop: TransferLoop

    init(_ transfer: Transfer, channel: BodyChannel, loop: TransferLoop) {
        self.transfer = transfer
        self.channel = channel
        self.loop = loop
    }

    deinit { loop.post(.cancel(transfer)) }

    /// What comes next; one reader at a time. Cancelling its task closes the transfer.
    func next() async -> BodyChannel.Event {
        await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                if channel.read(reader) { loop.post(.proceed(transfer)) }
            }
        } onCancel: {
            loop.post(.cancel(transfer))
        }
    }
}
