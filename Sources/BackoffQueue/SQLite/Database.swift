import CSQLite
import Glibc

/// A connection to a file of SQLite's. One thread at a time: whoever holds it keeps it behind a lock.
///
/// The only code of this module with pointers: SQLite's interface is C.
struct Database: ~Copyable {
    /// What SQLite could not do.
    struct Failure: Error, Hashable {
        var code: Int32
        var message: String

        /// Whether others held the file for longer than ``Database/patience``.
        var isBusy: Bool { code & 0xFF == SQLITE_BUSY || code & 0xFF == SQLITE_LOCKED }
        /// Whether the file is something else.
        var isForeign: Bool { code & 0xFF == SQLITE_NOTADB }
    }

    /// How long a statement waits for other processes, in milliseconds.
    static let patience: Int32 = 10_000

    private let handle: OpaquePointer

    /// Opens the file, which must exist.
    init(path: String) throws(Failure) {
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
            sqlite3_close_v2(handle)
            throw Failure(code: code, message: message)
        }
        self.handle = handle
        sqlite3_busy_timeout(handle, Self.patience)
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs one statement.
    ///
    /// - Returns: how many rows it inserted, changed or deleted.
    @discardableResult
    func execute(_ sql: String, _ values: [SQLValue] = []) throws(Failure) -> Int {
        _ = try run(sql, values)
        return Int(sqlite3_changes64(handle))
    }

    /// Runs one statement and reads what it gives.
    func rows(_ sql: String, _ values: [SQLValue] = []) throws(Failure) -> [[SQLValue]] { try run(sql, values) }

    /// The number in the first column of the first row.
    func number(_ sql: String, _ values: [SQLValue] = []) throws(Failure) -> Int64 {
        try run(sql, values).first?.first?.integer ?? 0
    }

    /// Everything or nothing; the file is locked for writing from the beginning, so that nothing in between can fail
    /// for another writer's sake.
    func transaction<Value>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        try execute("BEGIN IMMEDIATE")
        do throws(Failure) {
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            // After some failures SQLite has rolled back already.
            if sqlite3_get_autocommit(handle) == 0 { _ = try? execute("ROLLBACK") }
            throw error
        }
    }

    private func run(_ sql: String, _ values: [SQLValue]) throws(Failure) -> [[SQLValue]] {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(handle, sql, -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        guard let statement else { return [] }
        for (index, value) in values.enumerated() {
            try check(value.bind(to: statement, at: Int32(index + 1)))
        }
        var rows: [[SQLValue]] = []
        while true {
            let code = sqlite3_step(statement)
            guard code == SQLITE_ROW else {
                try check(code)
                return rows
            }
            rows.append((0..<sqlite3_column_count(statement)).map { SQLValue(of: statement, column: $0) })
        }
    }

    private func check(_ code: Int32) throws(Failure) {
        guard code != SQLITE_OK, code != SQLITE_DONE else { return }
        throw Failure(code: code, message: String(cString: sqlite3_errmsg(handle)))
    }
}
