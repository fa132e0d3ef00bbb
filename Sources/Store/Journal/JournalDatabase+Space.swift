import GRDB

/// How much of the database's file is in use.
struct DatabaseSpace: Sendable {
    let pageSize: Int
    let pageCount: Int
    let freeCount: Int
    /// Whether free pages can be given back a few at a time.
    let isIncremental: Bool

    var freeByteCount: Int { freeCount * pageSize }
    var usedByteCount: Int { (pageCount - freeCount) * pageSize }
}

extension JournalDatabase {
    /// How much of the file is in use.
    func space() async throws -> DatabaseSpace {
        try await read { db in
            func number(_ name: String) throws -> Int { try Int.fetchOne(db, sql: "PRAGMA \(name)") ?? 0 }
            return DatabaseSpace(
                pageSize: try number("page_size"),
                pageCount: try number("page_count"),
                freeCount: try number("freelist_count"),
                isIncremental: try number("auto_vacuum") == 2
            )
        }
    }

    /// Gives a few free pages back, in one short transaction.
    func removeFreePages(_ count: Int) async throws {
        try await maintain("vacuum.step") { db in
            try db.execute(sql: "PRAGMA incremental_vacuum(\(count))")
        }
    }

    /// Writes the whole database again without free pages, in one transaction; from then on pages can be given
    /// back a few at a time.
    func rewrite() async throws {
        try await maintain("vacuum.whole") { db in
            try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            try db.execute(sql: "VACUUM")
        }
    }

    /// Moves a write-ahead log that is longer than a limit into the database and empties it; a reader puts that
    /// off.
    func cutLog(above limit: Int = Self.logLimit) async throws {
        guard JournalGlance.byteCount(path + "-wal") > limit else { return }
        try await maintain("log") { db in
            // Not now is soon enough: nobody waits for a reader.
            _ = try Int.fetchOne(db, sql: "PRAGMA busy_timeout = 0")
            defer { _ = try? Int.fetchOne(db, sql: "PRAGMA busy_timeout = 5000") }
            do {
                _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {}
        }
    }

    /// Runs what has transactions of its own; waits for the writes before it.
    private func maintain(_ name: String, _ body: @escaping @Sendable (Database) throws -> Void) async throws
    {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            pool.asyncWriteWithoutTransaction { [transactions] db in
                Failpoint.reached("\(name).before")
                let result = Result { try body(db) }
                Failpoint.reached("\(name).after")
                continuation.resume(with: result.mapError(transactions.wrapped))
            }
        }
    }
}
