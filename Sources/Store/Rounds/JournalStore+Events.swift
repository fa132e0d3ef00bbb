import GRDB
import Loop

extension JournalStore {
    /// Events that one transaction removes at most.
    private static let removedAtOnce = 50_000

    /// Removes the oldest events; the numbers of the others stay.
    ///
    /// The rest begins with the beginning of a round, so that the newest rounds, and with them the open one, have
    /// all their events. What rollbacks and receipts need is in tables of their own.
    ///
    /// - Parameter count: How many of the newest stay at least; 0 or less removes none.
    /// - Returns: How many were removed; a call removes only so many that others can write soon.
    /// - Throws: `StoreError` when the journal cannot be read or written.
    @discardableResult
    public func removeEvents(keeping count: Int) async throws -> Int {
        guard count > 0 else { return 0 }
        let last = try await database.read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT id - 1 FROM events WHERE kind = ? AND id <= (SELECT max(id) FROM events) - ? + 1
                    ORDER BY id DESC LIMIT 1
                    """,
                arguments: [EventKind.roundStarted.rawValue, count]
            )
        }
        guard let last, try await lastRemovedEvent() < last else { return 0 }
        return try await database.write("forget") { db in
            let removed = try Int.fetchOne(db, sql: "SELECT events_after FROM control") ?? 0
            let end = min(last, removed + Self.removedAtOnce)
            try db.execute(sql: "DELETE FROM events WHERE id <= ?", arguments: [end])
            let found = db.changesCount
            try db.execute(sql: "UPDATE control SET events_after = ?", arguments: [end])
            return found
        }
    }

    /// The number up to which events were removed; 0 if none were.
    public func lastRemovedEvent() async throws -> Int {
        try await database.read { db in
            try Int.fetchOne(db, sql: "SELECT events_after FROM control") ?? 0
        }
    }
}
