public import Backoff
public import HTTPTypes
public import Logging
public import Metrics

extension BackoffClient {
    /// How a client behaves; the defaults need nothing set.
    public struct Configuration: Sendable {
        /// Whether and when to try again.
        public var policy = BackoffPolicy()
        /// The time for one attempt, from the wish to connect to the last byte, or where the body is streamed, to its
        /// head and from then on from piece to piece; nil: only the deadline counts.
        public var attemptTimeout: Duration? = .seconds(30)
        /// Requests on the wire at once; others wait in order. A call that sleeps between attempts does not count.
        public var concurrency = 256
        /// The largest response body that is accepted, in bytes; a larger one fails with
        /// `TransportFailure.tooLarge`. Of a compressed body, what it unfolds to counts.
        public var bodyLimit = 64 << 20
        /// A file of certificates (PEM) that are trusted instead of the system's; nil: the system's.
        public var caFile: String?
        /// Whether a server's certificate is looked at. False takes any, so that anybody on the way can read along.
        public var verifiesCertificates = true
        /// Shown to servers that ask for one; nil: none.
        public var clientCertificate: ClientCertificate?
        public var proxy = Proxy.environment
        /// Whether compressed bodies are asked for, and unfolded on arrival; the response's Content-Encoding and
        /// Content-Length still tell of what came. A request with Accept-Encoding or Range of its own gets its body as
        /// it comes, and so does whoever streams it: what broke off can go on only byte by byte.
        public var acceptsCompression = false
        /// How many retries all calls make together; nil: as many as the policy says for each.
        public var budget: RetryBudget.Scheme? = .aws
        /// When a server that fails is left alone, each origin for itself; nil: never.
        public var breaker: CircuitBreaker.Settings?
        /// Whose quota a request draws on: calls of one quota share a `PacingGate`, wait for it in order, and learn
        /// from each other's refusals. nil: every call is on its own. Unless set, the quota is the origin's; a client
        /// with several keys puts theirs in front.
        public var quota: (@Sendable (HTTPRequest) -> String)? = { request in
            "\(request.scheme ?? "")://\(request.authority ?? "")"
        }
        /// How many calls may wait for one quota; those beyond fail at once with ``BackoffError/Reason/crowded``.
        public var gateCapacity = 100_000
        /// Whether a request whose method is not idempotent gets an Idempotency-Key if it has none: a random one,
        /// the same for all its attempts, so that it may be sent again. For servers that honour such keys only.
        public var addsIdempotencyKeys = false
        /// Gets a line per attempt at level `debug`, everything in its metadata. Silent unless set.
        public var logger = Logger(label: "retrograde.backoff-client") { _ in SwiftLogNoOpLogHandler() }
        /// Counts attempts, retries and calls given up (`backoff_client_attempts_total`, `…_retries_total`,
        /// `…_given_up_total`); nil: the process's factory.
        public var metrics: (any MetricsFactory)?
        /// Called after each attempt, with what was decided. It must not block: the call waits for it.
        public var onAttempt: (@Sendable (Attempt) -> Void)?
        /// Makes the waits reproducible; nil: the system's randomness.
        public var seed: UInt64?
        /// Sleeps between attempts; nil: a timer of the client's own, exact to a fraction of a millisecond. Tests
        /// can put a clock of theirs here. An error ends the call as cancelled.
        public var sleep: (@Sendable (Duration) async throws -> Void)?

        public init(policy: BackoffPolicy = BackoffPolicy()) { self.policy = policy }

        /// Everything that is wrong, as sentences.
        var problems: [String] {
            var problems = policy.problems
            if concurrency < 1 { problems.append("at least one request must be allowed at once") }
            if gateCapacity < 1 { problems.append("at least one call must be allowed to wait") }
            problems += budget?.problems ?? []
            problems += breaker?.problems ?? []
            if bodyLimit < 0 { problems.append("the limit of the body must not be negative") }
            if let attemptTimeout, attemptTimeout <= .zero {
                problems.append("the time for one attempt must be longer than zero")
            }
            if let problem = proxy.problem { problems.append(problem) }
            return problems
        }
    }

    /// A client could not be made.
    public struct ConfigurationError: Error, Hashable, CustomStringConvertible {
        /// Sentences, all that were found.
        public var problems: [String]

        public var description: String { problems.joined(separator: "; ") }
    }
}
