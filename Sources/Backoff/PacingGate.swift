public import HTTPSemantics

/// What all calls to one quota share, so that one of them learns for all: when the quota is used up nobody sends,
/// and when it is back they do not all find out by being refused.
///
/// A value that decides; the shell asks it for whoever waits longest, and tells it how each attempt ended. What it
/// goes by, the surest first:
///
/// 1. **A refusal's announced wait** closes the gate until then. It opens by one attempt, the probe; each success
///    lets one more fly beside the others, so the rate doubles with every round trip (as TCP's slow start, RFC 5681).
/// 2. **RateLimit fields**: no more are sent than remain, those under way taken off, until the window ends. The limit
///    with the least left decides. The earliest end that was ever said of a window is the true one: whole seconds are
///    rounded up. Where the server counts just what this gate sent in the last window, nobody has to wait for the end:
///    when the first of those calls leaves the window, one asks, and the answer says how many may follow.
/// 3. **What refusals teach.** Where nothing but refusals tells of a quota, as many calls as the last window took are
///    sent freely in the next, and those beyond one at a time: a window then costs one refused call and not one for
///    every task. Only where an eighth more than that is taken does the number at once grow.
/// 4. **A refusal without any time** halves how many may be under way at once, and each success adds a little
///    (additive increase, multiplicative decrease): the rule for limits of concurrency, whose fields say the number.
///
/// Whether a wait is worth it (a ceiling, a deadline) is for the caller to decide.
public struct PacingGate: Hashable, Sendable {
    /// What an attempt brought, as far as quotas are concerned.
    public enum Outcome: Hashable, Sendable {
        /// The server took the call, whatever it made of it.
        case admitted(RateLimitFields?)
        /// Refused because of a limit; the wait that was announced, if one was.
        case refused(wait: Duration?, RateLimitFields?)
        /// Nothing is known: no response, or a failure that has nothing to do with quotas.
        case unknown
    }

    /// The right to make one attempt; given back with ``finished(_:_:at:)``.
    public struct Ticket: Hashable, Sendable {
        fileprivate var window: Int
        fileprivate var sentAt: Instant
    }

    public enum Admission: Hashable, Sendable {
        case go(Ticket)
        /// Not before this instant, and not before anything that ends earlier tells otherwise; nil: only when an
        /// attempt under way has ended.
        case wait(until: Instant?)
    }

    /// Attempts under way.
    public private(set) var inFlight = 0
    private var closedUntil: Instant?
    /// Counts the times between two closings.
    private var window = 0
    private var sentInWindow = 0
    private var admittedInWindow = 0
    /// Calls that the last window took before it refused one.
    private var learned: Int?
    /// How many may be under way while the gate opens again; nil: any number.
    private var opening: Int?
    /// How many beyond ``learned`` may be under way.
    private var beyond = 1
    /// How many may be under way at all, as far as refusals without a time tell.
    private var parallel: Double?
    private var limits: [QuotaWindow] = []
    private var calls = OwnCalls()

    /// No announcement closes the gate for longer: after that a probe asks whether it was meant.
    public static let longestClosing: Duration = .seconds(3600)

    public init() {}

    /// Asks for whoever waits longest.
    public mutating func admit(at now: Instant) -> Admission {
        if let closed = closedUntil {
            guard now >= closed else { return .wait(until: closed) }
            reopen(at: now)
        }
        var until: Instant?
        for index in limits.indices {
            if limits[index].hasEnded(at: now) {
                opening = limits[index].renew(calls, at: now) ? opening : min(opening ?? 1, 1)
            }
            guard let left = limits[index].remaining, left <= inFlight else { continue }
            // One whose end nobody said is asked again, one at a time.
            if inFlight == 0 && limits[index].end == nil { continue }
            guard var end = limits[index].end else { return .wait(until: nil) }
            if inFlight == 0, let room = limits[index].room(calls, at: now) {
                if room <= now { continue }
                end = min(end, room)
            }
            until = max(until ?? end, end)
        }
        if let until { return .wait(until: until) }
        guard inFlight < mostInFlight else { return .wait(until: nil) }
        inFlight += 1
        sentInWindow += 1
        return .go(Ticket(window: window, sentAt: now))
    }

    /// An attempt has ended.
    public mutating func finished(_ ticket: Ticket, _ outcome: Outcome, at now: Instant) {
        let wereInFlight = inFlight
        inFlight -= 1
        switch outcome {
        case .admitted(let fields):
            note(fields, ticket, at: now)
            noteAdmission(ticket)
            record(ticket, isSure: true, at: now)
        case .refused(let wait, let fields):
            note(fields, ticket, at: now)
            for index in limits.indices { limits[index].distrust(at: now) }
            if let wait, wait > .zero {
                close(until: now + min(wait, Self.longestClosing), ticket)
            } else if ticket.window == window, closedUntil == nil {
                // Those sent before it halved are refused for the same reason.
                parallel = max(1, min(parallel ?? .infinity, Double(wereInFlight) / 2))
                window += 1
            }
        case .unknown: record(ticket, isSure: false, at: now)
        }
    }

    /// An attempt that was let through is not made.
    public mutating func cancelled(_ ticket: Ticket) {
        inFlight -= 1
        if ticket.window == window { sentInWindow -= 1 }
    }

    /// Whether nothing is under way and nothing has been learned that a new gate would not know.
    public var isBlank: Bool {
        inFlight == 0 && closedUntil == nil && learned == nil && parallel == nil && limits.isEmpty
    }

    private var mostInFlight: Int {
        var most = opening ?? .max
        if let parallel { most = min(most, max(1, Int(parallel))) }
        // The nearer to what the last window took, the fewer at once: it need not take as many again.
        if let learned, limits.isEmpty { most = min(most, max(beyond, (learned - sentInWindow) / 2)) }
        return most
    }

    private mutating func close(until: Instant, _ ticket: Ticket) {
        if closedUntil == nil, ticket.window == window, admittedInWindow > 0 { learned = admittedInWindow }
        closedUntil = max(closedUntil ?? until, until)
    }

    private mutating func reopen(at now: Instant) {
        closedUntil = nil
        window += 1
        (sentInWindow, admittedInWindow) = (0, 0)
        (opening, beyond) = (1, 1)
        // What was said of windows before the refusal has been overtaken by it.
        limits.removeAll { $0.end == nil || $0.quota == nil }
        for index in limits.indices { _ = limits[index].renew(calls, at: now) }
    }

    private mutating func noteAdmission(_ ticket: Ticket) {
        if let parallel { self.parallel = parallel + 1 / parallel }
        guard ticket.window == window else { return }
        admittedInWindow += 1
        if let most = opening { opening = most < 1 << 16 ? most + 1 : nil }
        guard let learned else { return }
        if closedUntil != nil {
            self.learned = max(learned, admittedInWindow)
        } else if admittedInWindow > learned + learned / 8 {
            // A bucket that fills while it is emptied takes a few more every time; two at once would be refused twice.
            beyond += 1
        }
    }

    /// Remembers a call for as long as responses to others may tell of it: two windows.
    private mutating func record(_ ticket: Ticket, isSure: Bool, at now: Instant) {
        guard let longest = limits.compactMap(\.length).max() else { return calls.removeAll() }
        calls.append(sent: ticket.sentAt, answered: now, isSure: isSure, since: now - longest * 2)
    }

    /// Takes over what the fields say; a response without fields says that there are none any more.
    private mutating func note(_ fields: RateLimitFields?, _ ticket: Ticket, at now: Instant) {
        guard let fields, !(fields.limits.isEmpty && fields.policies.isEmpty) else {
            limits = []
            return
        }
        if let concurrent = fields.policies.first(where: { $0.unit == "concurrent-requests" }) {
            parallel = max(1, Double(concurrent.quota))
        }
        var known: [QuotaWindow] = []
        for limit in fields.limits.prefix(8) {
            let policy = fields.policies.first { $0.name == limit.policy }
            guard Self.countsRequests(policy?.unit) else { continue }
            var window = limits.first { $0.name == limit.policy } ?? QuotaWindow(name: limit.policy)
            window.note(limit, policy, sentAt: ticket.sentAt, at: now, calls: calls, inFlight: inFlight)
            known.append(window)
        }
        limits = known
    }

    private static func countsRequests(_ unit: String?) -> Bool { unit == nil || unit == "requests" }
}
