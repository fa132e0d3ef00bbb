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
            pool.asyncWriteWithoutTransaction { [transactions] db in
                let result = Result {
                    if patience != Self.patience {
                        _ = try Int.fetchOne(db, sql: "PRAGMA busy_timeout = \(patience * 1000)")
                    }
                    defer {
                        if patience != Self.patience {
                            _ = try? Int.fetchOne(db, sql: "PRAGMA busy_timeout = \(Self.patience * 1000)")
                        }
                    }
                    return try transactions.run(db) { db in
                        Failpoint.reached("commit.\(name).begin")
                        // What is written while the directory is away may be lost with it.
                        try transactions.presence.check()
                        let value = try body.run(db)
                        Failpoint.reached("commit.\(name).before")
                        return value
                    }
                }
                Failpoint.reached("commit.\(name).after")
                body.drop()
                continuation.resume(with: result.mapError(transactions.wrapped))
            }
        }
    }

    /// `write` for callers that are no tasks; blocks the calling thread.
    func writeNow<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try pool.writeWithoutTransaction { db in
                try transactions.run(db) { db in
                    try transactions.presence.check()
                    return try body(db)
                }
            }
        } catch {
            throw transactions.wrapped(error)
        }
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

    /// Releases a closure that was not run, because what comes before it failed.
    func drop() { body.withLock { $0 = nil } }
}
