import GRDB
public import Loop

extension JournalStore {
    /// What the votes said about levels in the rounds that began from a checkpoint or from one before it,
    /// back to the base model; oldest round first.
    ///
    /// Read from reports: candidates may be archived. Rounds that began from a checkpoint that a rollback has
    /// left say nothing about the model that is current now.
    public func levelVotes(upTo checkpoint: CheckpointID) async throws -> [[LevelVote]] {
        try await database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    \(Database.lineTable) SELECT json_extract(report, '$.levelVotes') FROM rounds
                    WHERE parent IN (SELECT id FROM line) AND finished_at IS NOT NULL
                        AND json_type(report, '$.levelVotes') = 'array'
                    ORDER BY rounds.id
                    """,
                arguments: [checkpoint.rawValue]
            ).map { try $0.json([LevelVote].self, 0) }
        }
    }
}
