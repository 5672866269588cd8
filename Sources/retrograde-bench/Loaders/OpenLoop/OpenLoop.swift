internal import CMicroHTTPD
internal import Glibc
internal import Histogram

/// A loader that sends when it is time, whether or not earlier requests were answered.
///
/// A latency counts from the instant at which the request was due, so that a server which stalls pays for everybody who
/// would have come meanwhile (no coordinated omission). One thread and one epoll; it spins when less than a millisecond
/// is left, because a sleep would be late.
final class OpenLoop {
    private struct Connection {
        let socket: Socket
        let lane: Int
        var due: Int64 = 0
        /// Since when it waits for nothing.
        var freeSince: Int64 = 0
        var isRecorded = false
        var framing = ResponseFraming()
    }

    private struct Lane {
        var traffic: Traffic
        /// Those that wait for nothing, in the order in which they became free.
        var idle: Ring
        var sent = 0
        var answered = 0
        var errors = 0
        var lastAnswer: Int64 = 0
        var latencies = OpenLoop.histogram()
        /// How late requests were sent although a connection was free: what the loader itself adds to latencies.
        var lags = OpenLoop.histogram()
    }

    /// Up to two minutes, to a thousandth.
    private static func histogram() -> Histogram<UInt64> {
        Histogram(highestTrackableValue: 120_000_000_000, numberOfSignificantValueDigits: .three)
    }

    private var connections: [Connection] = []
    private var lanes: [Lane] = []
    private let epoll = epoll_create1(0)
    /// How long answers may take after the last request was due.
    private static let patience: Int64 = 10_000_000_000

    init(port: UInt16, _ traffic: [Traffic]) throws {
        for (index, kind) in traffic.enumerated() {
            var idle = Ring(capacity: kind.connections)
            for _ in 0..<kind.connections {
                let socket = try Socket(port: port)
                var event = epoll_event(
                    events: EPOLLIN.rawValue, data: epoll_data_t(u64: UInt64(connections.count)))
                epoll_ctl(epoll, EPOLL_CTL_ADD, socket.descriptor, &event)
                idle.append(connections.count)
                connections.append(Connection(socket: socket, lane: index))
            }
            lanes.append(Lane(traffic: kind, idle: idle))
        }
    }

    deinit { close(epoll) }

    func run() -> [LoadReport] {
        var events = [epoll_event](repeating: epoll_event(), count: 512)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let start = Clock.now()
        let end = lanes.map { $0.traffic.due($0.traffic.count) }.max() ?? 0
        var lastProgress = start
        while lanes.contains(where: { $0.answered + $0.errors < $0.traffic.count }) {
            let now = Clock.now()
            guard now - max(lastProgress, start + end) < Self.patience else { break }
            var next = now + 100_000_000
            for index in lanes.indices { next = min(next, send(lane: index, start: start, now: now)) }
            let wait = max(0, next - Clock.now())
            let count = epoll_wait(epoll, &events, Int32(events.count), Int32(wait / 1_000_000))
            guard count > 0 else { continue }
            for event in events.prefix(Int(count)) { receive(Int(event.data.u64), &buffer) }
            lastProgress = Clock.now()
        }
        return lanes.map { lane in
            let unanswered = lane.traffic.count - lane.answered - lane.errors
            return LoadReport(
                latencies: lane.latencies, lags: lane.lags, answered: lane.answered, errors: lane.errors + unanswered,
                elapsed: max(lane.lastAnswer - start, 1))
        }
    }

    /// Sends what is due.
    ///
    /// - Returns: when the next request is due that a connection is free for.
    private func send(lane index: Int, start: Int64, now: Int64) -> Int64 {
        while lanes[index].sent < lanes[index].traffic.count, let connection = lanes[index].idle.first {
            let number = lanes[index].sent
            let due = start + lanes[index].traffic.due(number)
            guard due <= now else { return due }
            lanes[index].idle.removeFirst()
            lanes[index].sent += 1
            let sent = Clock.now()
            connections[connection].due = lanes[index].traffic.rate == nil ? sent : due
            connections[connection].isRecorded = number >= lanes[index].traffic.unrecorded
            if connections[connection].isRecorded, connections[connection].freeSince <= due {
                lanes[index].lags.record(UInt64(sent - due))
            }
            lanes[index].traffic.template.fill(number: number, now: Clock.civil)
            do {
                try connections[connection].socket.send(lanes[index].traffic.template.bytes)
            } catch {
                lanes[index].errors += 1
            }
        }
        return .max
    }

    private func receive(_ index: Int, _ buffer: inout [UInt8]) {
        let connection = connections[index].socket.descriptor
        let count = recv(connection, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN { return }
        let lane = connections[index].lane
        guard count > 0 else {
            var event = epoll_event()
            epoll_ctl(epoll, EPOLL_CTL_DEL, connection, &event)
            lanes[lane].errors += 1
            return
        }
        let complete = buffer.withUnsafeBytes {
            connections[index].framing.take(UnsafeRawBufferPointer(rebasing: $0[..<count]))
        }
        guard complete > 0 else { return }
        let now = Clock.now()
        lanes[lane].answered += 1
        lanes[lane].lastAnswer = now
        connections[index].freeSince = now
        if connections[index].isRecorded { lanes[lane].latencies.record(UInt64(max(0, now - connections[index].due))) }
        lanes[lane].idle.append(index)
    }
}

/// Numbers, first in, first out, as many as there is room for.
private struct Ring {
    private var slots: [Int]
    private var start = 0
    private var count = 0

    init(capacity: Int) { slots = Array(repeating: 0, count: capacity) }

    var first: Int? { count > 0 ? slots[start] : nil }

    mutating func append(_ number: Int) {
        slots[(start + count) % slots.count] = number
        count += 1
    }

    mutating func removeFirst() {
        start = (start + 1) % slots.count
        count -= 1
    }
}
