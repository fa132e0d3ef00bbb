import GRDB
public import Loop

extension JournalStore {
    /// Whether a person has paused the loop; survives a restart.
    public func isPaused() async throws -> Bool {
        try await database.read { db in try Bool.fetchOne(db, sql: "SELECT is_paused FROM control") ?? false }
    }

    /// Pauses or resumes the loop; the event is written only when that changes something.
    ///
    /// - Parameters:
    ///   - isPaused: Whether the loop should wait.
    ///   - event: The event to write with a change.
    /// - Returns: Whether it was a change.
    /// - Throws: `StoreError` when the journal cannot be written.
    @discardableResult
    public func setPaused(_ isPaused: Bool, event: RoundEvent) async throws -> Bool {
        try await database.write(isPaused ? "pause" : "resume") { [self] db in
            try db.execute(
                sql: "UPDATE control SET is_paused = :paused WHERE is_paused <> :paused",
                arguments: ["paused": isPaused]
            )
            guard db.changesCount > 0 else { return false }
            try record([event], in: db)
            return true
        }
    }

    /// Makes the checkpoint of a promoted round current again and abandons the open round; deletes nothing.
    ///
    /// An open round whose verdict stands already keeps that outcome and merely ends.
    ///
    /// - Parameters:
    ///   - round: The round; 0 is the base model.
    ///   - event: The event to write with it.
    /// - Returns: The checkpoint that is current now.
    /// - Throws: `StoreError` `no_such_round`, `not_promoted`, or `checkpoint_corrupt` when its files do
    ///   not match their record; then nothing has changed.
    public func rollback(to round: RoundID, event: RoundEvent) async throws -> CheckpointRecord {
        // Before the transaction: what is promoted never changes, and hashing takes a while.
        _ = try await database.read { [self] db in
            try verifiedAdapter(of: target(round, in: db), in: db)
        }
        return try await database.write("rollback") { [self] db in
            let target = try target(round, in: db)
            try db.execute(sql: "UPDATE control SET current = ?", arguments: [target.rawValue])
            try db.abandonOpenRound(at: timestamp, where: "TRUE")
            try endStreak(in: db)
            try record([event], in: db)
            return try db.checkpoint(target)
        }
    }

    /// Counts a failure of an open round and keeps its message in the report.
    ///
    /// - Parameters:
    ///   - round: The round.
    ///   - message: What failed.
    ///   - events: Events to write with it.
    /// - Returns: How often the round has failed now.
    /// - Throws: `StoreError` `round_closed` when the round has ended.
    @discardableResult
    public func recordFailure(of round: RoundID, message: String, events: [RoundEvent] = []) async throws
        -> Int
    {
        try await database.write("failure") { [self] db in
            var stored = try db.openRound(round)
            stored.failureCount += 1
            stored.report.failure = message
            try db.update(stored)
            try record(events, of: round, in: db)
            return stored.failureCount
        }
    }

    /// Ends an open round as failed; a verdict that stands already stays.
    ///
    /// - Parameters:
    ///   - round: The round.
    ///   - event: The event to write with it.
    /// - Throws: `StoreError` `round_closed` when the round has ended.
    public func fail(_ round: RoundID, event: RoundEvent) async throws {
        try await database.write("fail") { [self] db in
            var stored = try db.openRound(round)
            stored.outcome = stored.outcome ?? .failed
            stored.finishedAt = timestamp
            try db.update(stored)
            try RoundSeal.put(on: round, in: db)
            try record([event], of: round, in: db)
        }
    }

    /// Writes events that belong to no other change.
    public func append(_ events: [RoundEvent]) async throws {
        try await database.write("events") { [self] db in try record(events, in: db) }
    }

    private func target(_ id: RoundID, in db: Database) throws -> CheckpointID {
        if id.rawValue == 0 { return .base }
        let round = try db.round(id)
        guard round.outcome == .promoted, let checkpoint = round.checkpoint else {
            let outcome = round.outcome?.rawValue ?? "still running"
            throw StoreError(
                .notPromoted,
                "cannot roll back to round \(id): it is \(outcome), not promoted; choose a promoted round, or 0"
            )
        }
        return checkpoint
    }
}
