public import Backoff
internal import HTTPSemantics

private import func Glibc.log

/// The contention model of M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): clients that each
/// update one row once, under optimistic concurrency control.
///
/// A client reads the row's version and writes with it; the write succeeds if the version is still the same, else the
/// client backs off and reads again. Every message takes |N(10 ms, 2 ms)|; the ladder has a base of 5 ms and a cap of
/// 2 s, and its first wait is already doubled, as in the published simulator
/// (https://github.com/aws-samples/aws-arch-backoff-simulator). All clients begin at once.
public struct Contention: Sendable {
    /// At least 1.
    public var clients: Int
    /// `nil`: no wait at all.
    public var policy: BackoffPolicy?
    public private(set) var tally = ContentionTally()

    public init(clients: Int, policy: BackoffPolicy?) {
        precondition(clients > 0, "somebody contends")
        precondition(policy?.problems.isEmpty ?? true, "a policy that can be used")
        self.clients = clients
        self.policy = policy
    }

    /// The published numbers with a kind of jitter.
    public static func published(_ jitter: Jitter) -> BackoffPolicy {
        var policy = BackoffPolicy()
        (policy.base, policy.cap, policy.floor) = (.milliseconds(5), .seconds(2), .zero)
        policy.jitter = jitter
        return policy
    }

    private enum Event {
        case read(Int)
        case readAnswer(Int, version: Int)
        case write(Int, version: Int)
        case writeAnswer(Int, succeeded: Bool)
    }

    private struct Client {
        var failures = 0
        var previous: Duration?
    }

    /// Plays it from its beginning to the last success; its counts are added to the tally.
    public mutating func run(seed: UInt64) {
        var network = NormalDelay(mean: 0.010, deviation: 0.002, SeededGenerator(seed: seed))
        var generator = network.generator.split()
        var queue = EventQueue<Event>()
        var states = Array(repeating: Client(), count: clients)
        var version = 0
        var end = Instant.zero
        for client in 0..<clients { queue.push(.read(client), at: .zero + network.draw()) }
        while let (now, event) = queue.pop(until: .distantFuture) {
            end = now
            switch event {
            case .read(let client): queue.push(.readAnswer(client, version: version), at: now + network.draw())
            case .readAnswer(let client, let read): queue.push(.write(client, version: read), at: now + network.draw())
            case .write(let client, let read):
                let succeeds = read == version
                if succeeds { version += 1 }
                tally.note(success: succeeds, at: now)
                queue.push(.writeAnswer(client, succeeded: succeeds), at: now + network.draw())
            case .writeAnswer(let client, let succeeded):
                guard !succeeded else { continue }
                states[client].failures += 1
                let wait = policy?.ladderWait(
                    retry: states[client].failures, previous: states[client].previous, using: &generator)
                states[client].previous = wait
                queue.push(.read(client), at: now + (wait ?? .zero) + network.draw())
            }
        }
        tally.rounds += 1
        tally.completion += end - .zero
    }
}

/// What came of some rounds of contention.
public struct ContentionTally: Hashable, Sendable {
    public internal(set) var rounds = 0
    /// Writes, in all rounds.
    public private(set) var calls = 0
    /// Times from the beginning to the last success, added up.
    public internal(set) var completion: Duration = .zero
    /// Writes over time, in bins of ``binWidth``, in all rounds.
    public private(set) var offered: [Int] = []
    public private(set) var served: [Int] = []
    public static let binWidth: Duration = .milliseconds(50)

    /// Writes in a round.
    public var meanCalls: Double { Double(calls) / Double(max(1, rounds)) }
    public var meanCompletion: Duration { completion / max(1, rounds) }

    mutating func note(success: Bool, at now: Instant) {
        calls += 1
        let bin = Int(now.nanoseconds / Self.binWidth.nanoseconds)
        while offered.count <= bin {
            offered.append(0)
            served.append(0)
        }
        offered[bin] += 1
        if success { served[bin] += 1 }
    }
}

/// The size of a normally distributed time, by G. Marsaglia's polar method.
private struct NormalDelay {
    let mean: Double
    let deviation: Double
    var generator: SeededGenerator
    private var spare: Double?

    init(mean: Double, deviation: Double, _ generator: SeededGenerator) {
        self.mean = mean
        self.deviation = deviation
        self.generator = generator
    }

    mutating func draw() -> Duration {
        .nanoseconds(Int64((abs(mean + deviation * standard()) * 1e9).rounded()))
    }

    private mutating func standard() -> Double {
        if let value = spare {
            spare = nil
            return value
        }
        while true {
            let x = Double.random(in: -1...1, using: &generator)
            let y = Double.random(in: -1...1, using: &generator)
            let square = x * x + y * y
            guard square > 0, square < 1 else { continue }
            let scale = (-2 * log(square) / square).squareRoot()
            spare = y * scale
            return x * scale
        }
    }
}
