import HTTPSemantics
import HTTPTypes

extension CallQueue {
    /// What a process that wants to send finds.
    enum Offer: Sendable {
        /// A call that is this process's now.
        case call(QueuedCall)
        /// None may be sent before so long; another process may change that.
        case wait(Duration)
        /// Only dead calls are left, if any.
        case empty
    }

    /// Takes the next call: of those whose time has come the one with the highest priority that was added first.
    func lease() throws(QueueError) -> Offer {
        let now = Self.now
        let until = now + limits.lease.nanoseconds
        let owner = owner
        return try perform { database throws(Database.Failure) in
            let taken = try database.rows(
                """
                UPDATE calls SET state = 1, owner = ?, lease_until = ? WHERE id = (
                    SELECT id FROM calls WHERE state = 0 AND not_before <= ? ORDER BY priority DESC, id LIMIT 1
                ) RETURNING \(QueuedCall.columns)
                """, [.integer(owner), .integer(until), .integer(now)])
            if let call = taken.first.flatMap(QueuedCall.init(row:)) { return .call(call) }
            let open = try database.rows(
                "SELECT state, min(not_before) FROM calls WHERE state IN (0, 1) GROUP BY state")
            guard !open.isEmpty else { return .empty }
            let next = open.first { $0[0].integer == 0 }?[1].integer
            return .wait(next.map { .nanoseconds(max(0, $0 - now)) } ?? .seconds(3600))
        }
    }

    /// Says that this process still works on its calls.
    func renewLeases() throws(QueueError) {
        let until = Self.now + limits.lease.nanoseconds
        let owner = owner
        _ = try perform { database throws(Database.Failure) in
            try database.execute(
                "UPDATE calls SET lease_until = ? WHERE owner = ?", [.integer(until), .integer(owner)])
        }
    }

    /// Lets calls wait again whose process has ended, or has said nothing of them for too long.
    ///
    /// - Returns: how many there were.
    @discardableResult
    func recoverLeases() throws(QueueError) -> Int {
        let now = Self.now
        let (own, path) = (owner, path)
        let others = try perform { database throws(Database.Failure) in
            try database.rows("SELECT DISTINCT owner FROM calls WHERE state = 1 AND owner <> ?", [.integer(own)])
                .compactMap { $0[0].integer }
        }
        // Looked at without the database: who has ended stays so, since numbers are not given twice.
        let gone = others.filter { OwnerLock.isReleased(Self.lockPath(of: $0, path)) }
        return try perform { database throws(Database.Failure) in
            var recovered = try database.execute(
                "UPDATE calls SET state = 0, owner = NULL WHERE state = 1 AND lease_until < ?", [.integer(now)])
            for owner in gone {
                recovered += try database.execute(
                    "UPDATE calls SET state = 0, owner = NULL WHERE state = 1 AND owner = ?", [.integer(owner)])
                try database.execute("DELETE FROM owners WHERE id = ?", [.integer(owner)])
            }
            return recovered
        }
    }

    /// Writes down what became of a call, unless another process has it by now.
    func settle(_ call: QueuedCall, _ disposition: Disposition, attempts: Int) throws(QueueError) {
        let (id, owner, sent) = (SQLValue.integer(call.id), SQLValue.integer(owner), SQLValue.integer(Int64(attempts)))
        _ = try perform { database throws(Database.Failure) in
            switch disposition {
            case .answered:
                try database.execute("DELETE FROM calls WHERE id = ? AND owner = ?", [id, owner])
            case .later(let wait, let reason, let isFailure):
                try database.execute(
                    """
                    UPDATE calls SET state = 0, owner = NULL, not_before = ?, attempts = attempts + ?,
                        failures = failures + ?, reason = ? WHERE id = ? AND owner = ?
                    """,
                    [
                        .integer(Self.now + wait.nanoseconds), sent, .integer(isFailure ? 1 : 0), .text(reason), id,
                        owner,
                    ])
            case .released:
                try database.execute(
                    "UPDATE calls SET state = 0, owner = NULL, attempts = attempts + ? WHERE id = ? AND owner = ?",
                    [sent, id, owner])
            case .dead(let reason):
                try database.execute(
                    """
                    UPDATE calls SET state = 2, owner = NULL, attempts = attempts + ?, failures = failures + 1,
                        reason = ? WHERE id = ? AND owner = ?
                    """, [sent, .text(reason), id, owner])
            }
        }
    }
}

extension QueuedCall {
    static let columns =
        "id, priority, not_before, state, attempts, failures, reason, method, scheme, authority, path, fields, body"

    /// nil if the row is none that this module wrote.
    init?(row: [SQLValue]) {
        guard row.count == 13, let id = row[0].integer, let priority = row[1].integer, let notBefore = row[2].integer,
            let state = row[3].integer.flatMap({ State(rawValue: Int($0)) }), let attempts = row[4].integer,
            let failures = row[5].integer, let method = row[7].text.flatMap({ HTTPRequest.Method($0) }),
            let scheme = row[8].text, let authority = row[9].text, let path = row[10].text, let fields = row[11].text
        else { return nil }
        self.init(
            id: id,
            request: HTTPRequest(
                method: method, scheme: scheme, authority: authority, path: path,
                headerFields: FieldText.fields(fields)),
            body: row[12].blob, priority: Int(priority), notBefore: Double(notBefore) / 1e9, state: state,
            attempts: Int(attempts), failures: Int(failures), reason: row[6].text)
    }
}
