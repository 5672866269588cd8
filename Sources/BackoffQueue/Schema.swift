/// The tables of a queue's file.
enum Schema {
    /// "RtrQ": what SQLite's `application_id` says in a queue's file.
    static let application: Int64 = 0x5274_7251
    static let version: Int64 = 1
    /// SQLITE_NOTADB: what is said of a file that holds something else.
    static let foreign: Int32 = 26

    private static let tables = [
        // Numbers are never given twice, so that an old owner's leases are nobody else's.
        "CREATE TABLE owners (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT",
        """
        CREATE TABLE calls (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            priority INTEGER NOT NULL,
            not_before INTEGER NOT NULL,
            state INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            failures INTEGER NOT NULL DEFAULT 0,
            reason TEXT,
            owner INTEGER,
            lease_until INTEGER,
            method TEXT NOT NULL,
            scheme TEXT NOT NULL,
            authority TEXT NOT NULL,
            path TEXT NOT NULL,
            fields TEXT NOT NULL,
            body BLOB
        ) STRICT
        """,
        "CREATE INDEX calls_in_order ON calls (state, priority DESC, id)",
    ]

    /// Makes the tables where the file is new. A file that is something else stays as it is.
    ///
    /// - Returns: false where the file is no queue of this version.
    static func prepare(_ database: borrowing Database) throws(Database.Failure) -> Bool {
        guard try isOurs(database) != false else { return false }
        _ = try database.rows("PRAGMA journal_mode = WAL")
        try database.execute("PRAGMA synchronous = FULL")
        return try database.transaction { () throws(Database.Failure) -> Bool in
            // Another process may have made it meanwhile.
            if let isOurs = try isOurs(database) { return isOurs }
            for table in tables { try database.execute(table) }
            try database.execute("PRAGMA application_id = \(application)")
            try database.execute("PRAGMA user_version = \(version)")
            return true
        }
    }

    /// Whether the file is a queue of this version; nil where it is empty.
    private static func isOurs(_ database: borrowing Database) throws(Database.Failure) -> Bool? {
        let application = try database.number("PRAGMA application_id")
        if application == Self.application { return try database.number("PRAGMA user_version") == version }
        guard application == 0 else { return false }
        return try database.number("SELECT count(*) FROM sqlite_schema") == 0 ? nil : false
    }
}
