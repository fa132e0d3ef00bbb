import Foundation
import GRDB
import Glibc
import Loop

/// The one connection pool on `journal.sqlite`, opened the way the journal's promises need it.
///
/// Transactions are never cut short by task cancellation: a phase that has ended is recorded even while
/// the daemon stops. They run on GRDB's queues, not on Swift's shared threads.
struct JournalDatabase: Sendable {
    /// From this size on the write-ahead log is cut back; SQLite moves it into the database at half of that,
    /// unless a reader keeps it from that.
    static let logLimit = 32 << 20

    let path: String
    let pool: DatabasePool
    /// What closures on the pool's queues hold in place of it.
    let transactions: JournalTransactions

    /// Opens the journal, made or migrated where needed.
    ///
    /// - Parameters:
    ///   - path: The database.
    ///   - time: What stamps a new one.
    ///   - isChecked: Whether it has passed SQLite's own check.
    ///   - presence: Asked before each transaction.
    ///   - announcements: Told when a transaction begins and when it has committed.
    /// - Throws: `StoreError`.
    init(path: String, time: String, isChecked: Bool, presence: StatePresence, announcements: Announcements)
        throws
    {
        self.path = path
        transactions = JournalTransactions(path: path, presence: presence, announcements: announcements)
        var configuration = Configuration()
        configuration.label = "journal"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(TimeInterval(Self.patience))
        configuration.maximumReaderCount = 3
        configuration.prepareDatabase { db in
            // A connection opened while the directory is away would read whatever lies in its place.
            try presence.check()
            try db.execute(sql: "PRAGMA mmap_size = 0")
            // Takes effect in a new database alone; several texts then fit a page.
            try db.execute(sql: "PRAGMA page_size = 16384")
            // So that free pages can be given back a few at a time; an older database is made so by a rewrite.
            if !db.configuration.readonly, try Int.fetchOne(db, sql: "PRAGMA page_count") == 0 {
                try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            }
        }
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            // Opening a pool sets NORMAL after `prepareDatabase`; a commit must outlive a power cut.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                // A log that a long reader has let grow is cut back once it starts again from its beginning.
                _ = try Int.fetchOne(db, sql: "PRAGMA journal_size_limit = \(Self.logLimit)")
                try Self.check(db, path: path, isChecked: isChecked)
            }
            if try pool.read({ try Int.fetchOne($0, sql: "PRAGMA user_version") }) != Schema.version {
                // Off outside of the transaction, since within one SQLite does not change it: a migration may
                // make a table again that others refer to.
                try pool.writeWithoutTransaction { db in
                    try db.execute(sql: "PRAGMA foreign_keys = OFF")
                    try db.inTransaction {
                        try Schema.migrate(db, file: path, time: time)
                        return .commit
                    }
                    try db.execute(sql: "PRAGMA foreign_keys = ON")
                }
            }
            self.pool = pool
        } catch let error as DatabaseError {
            throw StoreError.database(error, path: path)
        }
    }

    /// Reads one consistent state; waits for no writer.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        let body = OneTime(body)
        return try await withCheckedThrowingContinuation { continuation in
            pool.asyncRead { [transactions] db in
                let result = Result { try body.run(db.get()) }
                body.drop()
                continuation.resume(with: result.mapError(transactions.wrapped))
            }
        }
    }

    /// `read` for callers that are no tasks; blocks the calling thread.
    func readNow<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do { return try pool.read(body) } catch { throw transactions.wrapped(error) }
    }

    /// Closes every connection; later calls fail.
    func close() throws {
        // Readers first: the last connection moves the WAL into the database, which a reader may not.
        pool.invalidateReadOnlyConnections()
        try pool.close()
    }

    /// The connection's settings that durability rests on.
    static func pragmas(_ db: Database) throws -> [String: String] {
        var values: [String: String] = [:]
        for name in ["journal_mode", "synchronous", "foreign_keys", "mmap_size"] {
            guard let row = try Row.fetchOne(db, sql: "PRAGMA \(name)") else { continue }
            let value: DatabaseValue = row[0]
            values[name] = String.fromDatabaseValue(value) ?? Int.fromDatabaseValue(value).map(String.init)
        }
        return values
    }

    private static func check(_ db: Database, path: String, isChecked: Bool) throws {
        let found = try pragmas(db)
        for (name, wanted) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")] {
            guard let value = found[name], value == wanted else {
                throw StoreError(
                    .databaseFailed,
                    "\(path) has \(name) \(found[name] ?? "unknown") instead of \(wanted); put the state on a local disk"
                )
            }
        }
        guard !isChecked else { return }
        let problems = try String.fetchAll(db, sql: "PRAGMA quick_check(1)")
        guard problems == ["ok"] else {
            throw StoreError.corrupt(path, problems.first ?? "no reply to quick_check")
        }
    }
}
