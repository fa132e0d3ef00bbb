import Foundation
import GRDB
import GRDBSQLite

/// A small database in memory beside the journal, which it can read and not write: what is copied from table
/// to table keeps every byte.
final class ScratchDatabase {
    private let connection: OpaquePointer
    private let path: String

    /// An empty one; the journal's tables are in schema `journal`.
    ///
    /// - Parameter path: The journal.
    /// - Throws: `StoreError` when it cannot be read.
    init(beside path: String) throws {
        self.path = path
        var connection: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI
        let result = sqlite3_open_v2(":memory:", &connection, flags, nil)
        guard let connection, result == SQLITE_OK else {
            sqlite3_close(connection)
            throw StoreError.database(DatabaseError(resultCode: ResultCode(rawValue: result)), path: path)
        }
        self.connection = connection
        sqlite3_extended_result_codes(connection, 1)
        sqlite3_busy_timeout(connection, 5_000)
        // Read-only: should the journal have gone away, none is made in its place.
        try run("ATTACH '\(JournalGlance.uri(path, "mode=ro"))' AS journal")
    }

    deinit { sqlite3_close(connection) }

    /// Runs statements to their end.
    func run(_ sql: String) throws {
        let result = sqlite3_exec(connection, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw error(result) }
    }

    /// Hands out the database as the bytes that its file would have.
    func withImage<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) throws -> Value {
        var count: sqlite3_int64 = 0
        guard let start = sqlite3_serialize(connection, "main", &count, 0) else {
            throw error(SQLITE_NOMEM)
        }
        defer { sqlite3_free(start) }
        return try body(UnsafeRawBufferPointer(start: start, count: Int(count)))
    }

    private func error(_ code: Int32) -> StoreError {
        let message = sqlite3_errmsg(connection).map { String(cString: $0) }
        return .database(DatabaseError(resultCode: ResultCode(rawValue: code), message: message), path: path)
    }
}

extension Database {
    /// Puts the image of a database in the place of an attached one in memory.
    ///
    /// - Parameters:
    ///   - count: Bytes of the image.
    ///   - schema: The attached database.
    ///   - fill: Writes the image; false if there is none.
    /// - Returns: Whether it was done.
    func attachImage(_ count: Int, as schema: String, fill: (UnsafeMutableRawBufferPointer) -> Bool) -> Bool {
        guard let connection = sqliteConnection, let start = sqlite3_malloc64(UInt64(count)) else {
            return false
        }
        guard fill(UnsafeMutableRawBufferPointer(start: start, count: count)) else {
            sqlite3_free(start)
            return false
        }
        let bytes = start.assumingMemoryBound(to: UInt8.self)
        let flags = UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY)
        // SQLite frees the bytes, whether it takes them or not.
        return sqlite3_deserialize(
            connection,
            schema,
            bytes,
            sqlite3_int64(count),
            sqlite3_int64(count),
            flags
        ) == SQLITE_OK
    }
}
