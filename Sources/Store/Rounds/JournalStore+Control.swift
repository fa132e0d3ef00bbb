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

    /// Ends an open round as failed; a verdict that it already has stays.
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

    /// Records the last event of a process, without waiting long for another program that holds the journal.
    package func appendLast(_ event: RoundEvent) async throws {
        try await database.write("events", patience: 1) { [self] db in try record([event], in: db) }
    }
}
