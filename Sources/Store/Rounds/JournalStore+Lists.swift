import GRDB
public import Loop

extension JournalStore {
    /// Rounds in order of number.
    ///
    /// - Parameters:
    ///   - after: Only rounds after this one; nil begins with the first.
    ///   - limit: How many at most; a negative number is no limit.
    ///   - outcome: Only rounds that ended so; nil takes all.
    /// - Returns: The rounds.
    /// - Throws: `StoreError` when the journal cannot be read.
    public func rounds(
        after: RoundID? = nil,
        limit: Int = -1,
        outcome: Outcome? = nil
    ) async throws -> [RoundOutline] {
        try await database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(RoundOutline.columns) FROM rounds
                    WHERE id > ?\(outcome == nil ? "" : " AND outcome = ?") ORDER BY id LIMIT ?
                    """,
                arguments: [after?.rawValue ?? 0] + Self.test(outcome) + [limit]
            ).map(RoundOutline.init)
        }
    }

    /// The newest rounds, in order of number.
    ///
    /// - Parameters:
    ///   - limit: How many at most.
    ///   - outcome: Only rounds that ended so; nil takes all.
    /// - Returns: The rounds.
    /// - Throws: `StoreError` when the journal cannot be read.
    public func lastRounds(_ limit: Int, outcome: Outcome? = nil) async throws -> [RoundOutline] {
        try await database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(RoundOutline.columns) FROM rounds\(outcome == nil ? "" : " WHERE outcome = ?")
                    ORDER BY id DESC LIMIT ?
                    """,
                arguments: Self.test(outcome) + [limit]
            ).reversed().map(RoundOutline.init)
        }
    }

    /// How many rounds there are, or how many ended in one way.
    public func roundCount(_ outcome: Outcome? = nil) async throws -> Int {
        try await database.read { db in
            try Int.fetchOne(
                db,
                sql: "SELECT count(*) FROM rounds\(outcome == nil ? "" : " WHERE outcome = ?")",
                arguments: Self.test(outcome)
            ) ?? 0
        }
    }

    /// The argument for `outcome = ?`, where the statement has that.
    private static func test(_ outcome: Outcome?) -> StatementArguments {
        outcome.map { [$0.rawValue] } ?? []
    }

    /// The newest rounds that have ended, in order of number.
    public func lastFinishedRounds(_ limit: Int) async throws -> [RoundRecord] {
        try await database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(RoundRecord.columns) FROM rounds WHERE finished_at IS NOT NULL
                    ORDER BY id DESC LIMIT ?
                    """,
                arguments: [limit]
            ).reversed().map(RoundRecord.init)
        }
    }

    /// How many rounds have ended.
    public func finishedRoundCount() async throws -> Int {
        // At most one round is open, and it is the last.
        try await database.read { db in
            try Int.fetchOne(
                db,
                sql:
                    "SELECT coalesce(max(id), 0) - EXISTS (SELECT 1 FROM rounds WHERE finished_at IS NULL) FROM rounds"
            ) ?? 0
        }
    }

    /// One round; throws `StoreError` `no_such_round` when there is none of that number.
    public func round(_ id: RoundID) async throws -> RoundRecord {
        try await database.read { db in try db.round(id) }
    }

    /// Events in order of number.
    ///
    /// - Parameters:
    ///   - after: Only events after this number; 0 begins with the first.
    ///   - limit: How many at most; a negative number is no limit.
    /// - Returns: The events.
    /// - Throws: `StoreError` when the journal cannot be read.
    public func events(after: Int, limit: Int = -1) async throws -> [RoundEvent] {
        try await database.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT \(RoundEvent.columns) FROM events WHERE id > ? ORDER BY id LIMIT ?",
                arguments: [after, limit]
            ).map(RoundEvent.init)
        }
    }

    /// Where this journal parts from the one in which a reader has seen an event.
    ///
    /// After a backup has been restored, numbers are given a second time: a number alone does not say which
    /// event was seen, but with its time it does.
    ///
    /// - Parameters:
    ///   - number: The event's number; 0 if none was seen.
    ///   - time: When it was, as its record said.
    /// - Returns: The number after which events are later than that one; nil if the event is in this journal,
    ///   or so old that it is there no longer.
    /// - Throws: `StoreError` when the journal cannot be read.
    public func divergence(after number: Int, at time: String) async throws -> Int? {
        try await database.read { db in
            let oldest = try Int.fetchOne(db, sql: "SELECT min(id) FROM events") ?? 1
            guard number >= oldest else { return nil }
            let known = try String.fetchOne(
                db,
                sql: "SELECT time FROM events WHERE id = ?",
                arguments: [number]
            )
            guard known != time else { return nil }
            return try Int.fetchOne(
                db,
                sql: """
                    SELECT coalesce(
                        (SELECT min(id) - 1 FROM events WHERE time > ?), (SELECT max(id) FROM events), 0
                    )
                    """,
                arguments: [time]
            )
        }
    }

    /// The newest events, in order of number.
    public func lastEvents(_ limit: Int) async throws -> [RoundEvent] {
        try await database.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT \(RoundEvent.columns) FROM events ORDER BY id DESC LIMIT ?",
                arguments: [limit]
            ).reversed().map(RoundEvent.init)
        }
    }
}
