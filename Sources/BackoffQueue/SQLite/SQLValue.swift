import CSQLite

/// A value in a table.
enum SQLValue: Hashable, Sendable {
    case integer(Int64)
    case text(String)
    case blob([UInt8])
    case null

    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    var text: String? { if case .text(let value) = self { value } else { nil } }
    var blob: [UInt8]? { if case .blob(let value) = self { value } else { nil } }

    /// SQLite copies the bytes.
    func bind(to statement: OpaquePointer, at position: Int32) -> Int32 {
        switch self {
        case .integer(let value): sqlite3_bind_int64(statement, position, value)
        case .text(let value):
            // A count, since text may hold a NUL.
            value.withCString { retrograde_bind_text(statement, position, $0, Int32(clamping: value.utf8.count)) }
        case .blob(let value):
            value.withUnsafeBytes { bytes in
                // No address would be NULL, and an empty body is one.
                bytes.baseAddress.map {
                    retrograde_bind_blob(statement, position, $0, Int32(clamping: bytes.count))
                } ?? sqlite3_bind_zeroblob(statement, position, 0)
            }
        case .null: sqlite3_bind_null(statement, position)
        }
    }

    /// What a column of the current row holds.
    init(of statement: OpaquePointer, column: Int32) {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: self = .integer(sqlite3_column_int64(statement, column))
        case SQLITE_TEXT, SQLITE_FLOAT:
            let count = Int(sqlite3_column_bytes(statement, column))
            let bytes = UnsafeBufferPointer(start: sqlite3_column_text(statement, column), count: count)
            self = .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(statement, column)
            let bytes = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
            self = .blob([UInt8](bytes))
        default: self = .null
        }
    }
}
