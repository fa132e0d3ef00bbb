import Foundation
import GRDB
import GRDBSQLite
import Glibc

/// A database that is read without a single write, so that a start that is refused leaves no trace.
///
/// SQLite's usual read-only connection makes or changes the files `-wal` and `-shm`. This one takes no locks
/// and keeps its index of the log in memory. Use it only with the state directory's lock held, and for a
/// short time.
final class JournalGlance {
    private let path: String
    private let connection: OpaquePointer

    /// Opens a database.
    ///
    /// - Parameter path: Its file, which must be there.
    /// - Throws: `StoreError` when it cannot be read.
    init(_ path: String) throws {
        self.path = path
        var connection: OpaquePointer?
        let hasLog = Self.byteCount(path + "-wal") > 0
        let result: Int32
        if hasLog {
            result = sqlite3_open_v2(path, &connection, SQLITE_OPEN_READONLY, "unix-none")
        } else {
            // Without a log the file alone is the database; opened in any other way, SQLite would make a log.
            let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            result = sqlite3_open_v2(Self.uri(path, "immutable=1"), &connection, flags, nil)
        }
        guard let connection, result == SQLITE_OK else {
            let message = connection.flatMap(sqlite3_errmsg).map { String(cString: $0) }
            sqlite3_close(connection)
            throw Self.error(result, message, path)
        }
        self.connection = connection
        sqlite3_extended_result_codes(connection, 1)
        guard hasLog else { return }
        // Otherwise closing removes a log that holds no complete transaction.
        var isKept: Int32 = 1
        sqlite3_file_control(connection, nil, SQLITE_FCNTL_PERSIST_WAL, &isKept)
        // Before the first read: the index of the log then lives in memory.
        _ = try rows("PRAGMA locking_mode = EXCLUSIVE")
        // A flush that fails is reported once, and must be to those who write.
        _ = try rows("PRAGMA synchronous = OFF")
    }

    deinit { sqlite3_close(connection) }

    /// Whether another program was cut while it changed the database without a log; reading then takes a
    /// repair first.
    static func needsRepair(_ path: String) -> Bool { byteCount(path + "-journal") > 0 }

    /// A path as SQLite's URI, which has no quotes in it.
    static func uri(_ path: String, _ options: String) -> String {
        let allowed = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\0"..."\u{7f}"))
            .union(CharacterSet(charactersIn: "/-._~"))
        return "file:\(path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path)?\(options)"
    }

    static func byteCount(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Runs a query; each value as text.
    func rows(_ sql: String) throws -> [[String?]] {
        var statement: OpaquePointer?
        let prepared = sqlite3_prepare_v2(connection, sql, -1, &statement, nil)
        guard prepared == SQLITE_OK else { throw error(prepared) }
        defer { sqlite3_finalize(statement) }
        var rows: [[String?]] = []
        while true {
            let result = sqlite3_step(statement)
            if result == SQLITE_DONE { return rows }
            guard result == SQLITE_ROW else { throw error(result) }
            rows.append((0..<sqlite3_column_count(statement)).map { Self.text(statement, $0) })
        }
    }

    /// A single number.
    func number(_ sql: String) throws -> Int? { try rows(sql).first?.first?.flatMap { Int($0) } }

    private static func text(_ statement: OpaquePointer?, _ column: Int32) -> String? {
        guard let start = sqlite3_column_text(statement, column) else { return nil }
        // By length: a zero byte is no end.
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    private func error(_ code: Int32) -> StoreError {
        Self.error(code, sqlite3_errmsg(connection).map { String(cString: $0) }, path)
    }

    private static func error(_ code: Int32, _ message: String?, _ path: String) -> StoreError {
        // A table or column that is not there: the look asks for none that any schema lacks.
        if code & 0xff == SQLITE_ERROR {
            return .corrupt(path, message ?? "it lacks a table or column")
        }
        return .database(DatabaseError(resultCode: ResultCode(rawValue: code), message: message), path: path)
    }
}
