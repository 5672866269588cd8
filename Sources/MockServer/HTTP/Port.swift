internal import Glibc

/// The port of a daemon: it takes connections as long as there is room for them, and refuses them where it is told to.
///
/// It belongs to the loop thread.
final class Port {
    struct Connection {
        /// Whoever gets it closes it.
        let descriptor: Int32
        var address: sockaddr_storage
        let addressSize: socklen_t
    }

    /// Connections taken in one turn of the loop; others come first then.
    private static let takenAtOnce = 64
    /// After this time, in nanoseconds, a system without room is asked again.
    private static let retry: Int64 = 10_000_000

    private var listener: Listener?
    private let loop: Loop
    private var watch: UInt64?
    private var isRefusing = false
    private var take: (Connection) -> Bool = { _ in false }

    init(_ listener: consuming Listener, loop: Loop) {
        self.listener = consume listener
        self.loop = loop
    }

    /// Begins to take connections.
    ///
    /// - Parameter take: says whether there is room for another one; if not, ``goOn()`` says when there is.
    func open(_ take: @escaping (Connection) -> Bool) {
        self.take = take
        goOn()
    }

    /// There may be room again.
    func goOn() {
        guard watch == nil, !isRefusing, let descriptor = listener?.descriptor else { return }
        watch = loop.watch(descriptor) { [unowned self] in accept() }
    }

    /// Connections are refused until ``endRefusal()``.
    func refuse() {
        isRefusing = true
        pause()
        listener?.refuse()
    }

    func endRefusal() {
        isRefusing = false
        listener?.listenAgain()
        goOn()
    }

    /// Gives the port back to the system.
    func close() {
        pause()
        listener = nil
    }

    private func pause() {
        guard let watch, let descriptor = listener?.descriptor else { return }
        loop.unwatch(descriptor, watch)
        self.watch = nil
    }

    private func accept() {
        for _ in 0..<Self.takenAtOnce {
            // The last one may have been the last before the port refuses.
            guard watch != nil, let accepted = listener?.accept() else { return }
            switch accepted {
            case .connection(let connection): if !take(connection) { return pause() }
            case .none: return
            case .noRoom:
                pause()
                _ = loop.schedule(at: MonotonicClock.now() + Self.retry) { [weak self] in self?.goOn() }
                return
            }
        }
    }
}
