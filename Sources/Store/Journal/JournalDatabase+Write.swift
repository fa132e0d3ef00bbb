import GRDB
import Synchronization

extension JournalDatabase {
    /// Seconds that a write waits for another program that holds the journal.
    static let patience = 5

    /// Runs one transaction; waits for the ones before it.
    ///
    /// - Parameters:
    ///   - name: What it does, for failpoints.
    ///   - patience: Seconds that it waits for another program that holds the journal.
    ///   - body: Its statements.
    /// - Returns: What the body returns.
    /// - Throws: `StoreError`; nothing was written then, and nothing is announced.
    func write<Value: Sendable>(
        _ name: String,
        patience: Int = Self.patience,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        let body = OneTime(body)
        return try await withCheckedThrowingContinuation { continuation in
            pool.asyncWriteWithoutTransaction { db in
                let result = Result {
                    if patience != Self.patience {
                        _ = try Int.fetchOne(db, sql: "PRAGMA busy_timeout = \(patience * 1000)")
                    }
                    defer {
                        if patience != Self.patience {
                            _ = try? Int.fetchOne(db, sql: "PRAGMA busy_timeout = \(Self.patience * 1000)")
                        }
                    }
                    return try transaction(db) { db in
                        Failpoint.reached("commit.\(name).begin")
                        // What is written while the directory is away may be lost with it.
                        try presence.check()
                        let value = try body.run(db)
                        Failpoint.reached("commit.\(name).before")
                        return value
                    }
                }
                Failpoint.reached("commit.\(name).after")
                continuation.resume(with: result.mapError { wrapped($0) })
            }
        }
    }

    /// `write` for callers that are no tasks; blocks the calling thread.
    func writeNow<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try pool.writeWithoutTransaction { db in
                try transaction(db) { db in
                    try presence.check()
                    return try body(db)
                }
            }
        } catch {
            throw wrapped(error)
        }
    }

    /// Commits what a body has written, and announces its events on this queue, so that their order is that of
    /// the commits.
    private func transaction<Value>(_ db: Database, _ body: (Database) throws -> Value) throws -> Value {
        announcements.discard()
        var result: Value?
        try db.inTransaction {
            result = try body(db)
            return .commit
        }
        guard let result else {
            throw StoreError(.databaseFailed, "a transaction of the journal did not run")
        }
        announcements.deliver()
        return result
    }
}

/// A closure that is released as soon as it has run.
///
/// Closures hold the store. One that outlived its run on GRDB's queue could be the last to hold it there,
/// and closing a connection from its own queue is a deadlock.
final class OneTime<Value: Sendable>: Sendable {
    private let body: Mutex<(@Sendable (Database) throws -> Value)?>

    init(_ body: @escaping @Sendable (Database) throws -> Value) { self.body = Mutex(body) }

    func run(_ db: Database) throws -> Value {
        let body = body.withLock { $0.take() }
        guard let body else { throw StoreError(.invalidRequest, "a transaction of the journal ran twice") }
        return try body(db)
    }
}
