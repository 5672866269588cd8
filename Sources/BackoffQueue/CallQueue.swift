import BackoffClient
import Glibc
import HTTPSemantics
public import HTTPTypes
import Synchronization

/// Calls that may wait, in a file that survives the process.
///
/// ```swift
/// let queue = try CallQueue(path: "calls.queue")
/// let request = HTTPRequest(method: .post, scheme: "https", authority: "api.example.com", path: "/v1/orders")
/// try queue.add(request, body: Array(#"{"item": 7}"#.utf8), priority: 1)
/// let summary = try await queue.send(through: BackoffClient())
/// print(summary.answered, "answered", summary.dead, "dead")
/// ```
///
/// A call is in the file when ``add(_:body:priority:after:)`` returns (SQLite, write-ahead log, `synchronous = FULL`) and
/// leaves it when it was answered below 400. Each has an Idempotency-Key of its own, the same for all its attempts,
/// whichever process makes them: at an upstream that honours such keys it takes effect once, however often and whenever
/// processes are killed. Any number of processes may add to one file and send from it; a call is sent by one of them at
/// a time.
///
/// The file holds requests as they are, with their credentials. It is made for its owner's eyes only.
public final class CallQueue: Sendable {
    /// What a queue takes.
    public struct Limits: Hashable, Sendable {
        /// Calls in the file, dead ones included; at least 1.
        public var capacity = 100_000
        /// The largest body, in bytes.
        public var bodyLimit = 16 << 20
        /// How often a client may give up a call before it is dead; at least 1. An upstream that asks for a longer wait,
        /// and a process that was killed, are not counted.
        public var failures = 10
        /// How long a call belongs to a process that does not say that it still works on it. One that has ended loses
        /// its calls at once; this is for those that hang.
        public var lease: Duration = .seconds(120)

        public init() {}
    }

    public let path: String
    public let limits: Limits
    let database: Mutex<Database>
    /// Held while this object lives: whose leases are whose.
    let lock: OwnerLock
    let owner: Int64

    /// Opens a queue, or makes one where no file is.
    ///
    /// - Parameters:
    ///   - path: the file's. SQLite keeps two more beside it, and each process that uses the queue one.
    ///   - limits: how much it takes, and how often a call may fail.
    public init(path: String, limits: Limits = Limits()) throws(QueueError) {
        precondition(limits.capacity > 0 && limits.failures > 0, "a queue takes something")
        self.path = path
        self.limits = limits
        // Readable by its owner alone from the first moment on; SQLite's other files follow it.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw QueueError(.unusable, "\(path) cannot be used: \(String(cString: strerror(errno)))")
        }
        close(descriptor)
        do throws(Database.Failure) {
            let database = try Database(path: path)
            guard try Schema.prepare(database) else {
                throw Database.Failure(code: Schema.foreign, message: "it holds something else")
            }
            let owner = try database.number("INSERT INTO owners DEFAULT VALUES RETURNING id")
            guard let lock = OwnerLock(Self.lockPath(of: owner, path)) else {
                throw Database.Failure(code: 0, message: "no file can be made beside it")
            }
            self.owner = owner
            self.lock = lock
            self.database = Mutex(database)
        } catch {
            throw QueueError(error, path: path)
        }
    }

    deinit {
        database.withLock { database in
            _ = try? database.execute("UPDATE calls SET state = 0, owner = NULL WHERE owner = ?", [.integer(owner)])
            _ = try? database.execute("DELETE FROM owners WHERE id = ?", [.integer(owner)])
        }
    }

    static func lockPath(of owner: Int64, _ path: String) -> String { "\(path)-owner-\(owner)" }

    /// Keeps a call. When this returns, it is on disk.
    ///
    /// - Parameters:
    ///   - request: with its scheme and authority. Unless its method is safe it gets an Idempotency-Key, if it has none.
    ///   - body: what is sent with it.
    ///   - priority: calls with a higher one are sent first, those of one priority in the order in which they were added.
    ///   - wait: how long it is not to be sent yet.
    /// - Returns: the call's number.
    @discardableResult
    public func add(
        _ request: HTTPRequest, body: [UInt8]? = nil, priority: Int = 0, after wait: Duration = .zero
    ) throws(QueueError) -> QueuedCall.ID {
        guard let scheme = request.scheme, let authority = request.authority else {
            throw QueueError(.unsendable, "a request that is kept needs a scheme and an authority")
        }
        guard (body?.count ?? 0) <= limits.bodyLimit else {
            throw QueueError(.full, "the body has more than \(limits.bodyLimit) bytes")
        }
        var fields = request.headerFields
        if fields[.idempotencyKey] == nil, !HTTPMethod.isSafe(request.method.rawValue) {
            var generator = SystemRandomNumberGenerator()
            fields[.idempotencyKey] = IdempotencyKey.random(using: &generator)
        }
        let values: [SQLValue] = [
            .integer(Int64(priority)), .integer(Self.now + wait.nanoseconds), .text(request.method.rawValue),
            .text(scheme), .text(authority), .text(request.path ?? "/"), .text(FieldText.text(of: fields)),
            body.map(SQLValue.blob) ?? .null,
        ]
        let capacity = Int64(limits.capacity)
        let id = try perform { database throws(Database.Failure) -> Int64? in
            try database.transaction { () throws(Database.Failure) -> Int64? in
                guard try database.number("SELECT count(*) FROM calls") < capacity else { return nil }
                return try database.number(
                    """
                    INSERT INTO calls (priority, not_before, method, scheme, authority, path, fields, body)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
                    """, values)
            }
        }
        guard let id else { throw QueueError(.full, "\(path) holds \(limits.capacity) calls already") }
        return id
    }

    /// How many calls there are in each state; a state without any is not named.
    public func counts() throws(QueueError) -> [QueuedCall.State: Int] {
        let rows = try perform { database throws(Database.Failure) in
            try database.rows("SELECT state, count(*) FROM calls GROUP BY state")
        }
        return rows.reduce(into: [:]) { counts, row in
            guard let state = row[0].integer.flatMap({ QueuedCall.State(rawValue: Int($0)) }) else { return }
            counts[state] = row[1].integer.map { Int($0) }
        }
    }

    /// The calls of a state in the order in which they are sent, `most` of them at most.
    public func calls(_ state: QueuedCall.State, most: Int = 100) throws(QueueError) -> [QueuedCall] {
        let rows = try perform { database throws(Database.Failure) in
            try database.rows(
                "SELECT \(QueuedCall.columns) FROM calls WHERE state = ? ORDER BY priority DESC, id LIMIT ?",
                [.integer(Int64(state.rawValue)), .integer(Int64(most))])
        }
        return rows.compactMap(QueuedCall.init(row:))
    }

    /// Lets dead calls wait again, as if they had never been tried.
    ///
    /// - Returns: how many there were.
    @discardableResult
    public func reviveDead() throws(QueueError) -> Int {
        try perform { database throws(Database.Failure) in
            try database.execute(
                "UPDATE calls SET state = 0, failures = 0, not_before = ?, reason = NULL WHERE state = 2",
                [.integer(Self.now)])
        }
    }

    /// Forgets dead calls.
    ///
    /// - Returns: how many there were.
    @discardableResult
    public func removeDead() throws(QueueError) -> Int {
        try perform { database throws(Database.Failure) in try database.execute("DELETE FROM calls WHERE state = 2") }
    }

    func perform<Value: Sendable>(
        _ body: (borrowing Database) throws(Database.Failure) -> Value
    ) throws(QueueError) -> Value {
        do throws(Database.Failure) {
            return try database.withLock { database throws(Database.Failure) in try body(database) }
        } catch {
            throw QueueError(error, path: path)
        }
    }

    /// Nanoseconds since 1970.
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
