import GRDB
public import Loop

extension JournalStore {
    /// The checkpoint that generation starts from.
    public func currentCheckpoint() async throws -> CheckpointRecord {
        try await database.read { db in try db.checkpoint(db.currentCheckpoint()) }
    }

    /// Checkpoints in order of number: the newest, and before them always the base model's and the current
    /// one.
    ///
    /// - Parameter limit: How many of the newest; a negative number is no limit.
    /// - Returns: The checkpoints.
    /// - Throws: `StoreError` when the journal cannot be read.
    public func checkpoints(newest limit: Int = -1) async throws -> [CheckpointRecord] {
        try await database.read { db in
            try db.checkpoints(
                where: """
                    id = 0 OR id = (SELECT current FROM control)
                    OR id IN (SELECT id FROM checkpoints ORDER BY id DESC LIMIT ?)
                    """,
                [limit]
            )
        }
    }

    /// How many checkpoints there are, the base model's included.
    public func checkpointCount() async throws -> Int {
        try await database.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM checkpoints") ?? 0
        }
    }

    /// One checkpoint; throws `StoreError` `no_such_checkpoint` when there is none of that number.
    public func checkpoint(_ id: CheckpointID) async throws -> CheckpointRecord {
        try await database.read { db in try db.checkpoint(id) }
    }

    /// A checkpoint's adapter on disk after every recorded file's SHA-256 was checked; nil for the base
    /// model.
    public func adapter(of id: CheckpointID) async throws -> AdapterLocation? {
        // On a reader's queue: hashing an adapter takes longer than Swift's shared threads should wait.
        try await database.read { [self] db in try verifiedAdapter(of: id, in: db) }
    }

    /// The settings of the round that made a checkpoint; nil for the base model.
    public func configuration(of id: CheckpointID) async throws -> RoundConfiguration? {
        try await database.read { db in
            try db.checkpoint(id).round.map { try db.round($0).configuration }
        }
    }

    /// The settings that a round keeps; throws `StoreError` `no_such_round` when there is no such round.
    public func configuration(of round: RoundID) async throws -> RoundConfiguration {
        try await database.read { db in try db.round(round).configuration }
    }
}
