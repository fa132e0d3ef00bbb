import GRDB
public import Loop

extension JournalStore {
    /// What the next decision of the loop rests on.
    ///
    /// - Parameter countsSeconds: Whether the seconds of all phases are added up, which reads every report.
    /// - Returns: The record.
    /// - Throws: `StoreError` when the journal cannot be read.
    public func courseRecord(countsSeconds: Bool) async throws -> Course.Record {
        let finishedCount = try await finishedRoundCount()
        return try await database.read { db in
            var record = Course.Record()
            record.finishedCount = finishedCount
            let evaluations = try db.checkpoint(try db.currentCheckpoint()).evaluations
            // The valid set stands in for a gate split that is not there.
            record.gateShare =
                (evaluations.first { $0.split == .gate } ?? evaluations.first { $0.split == .valid })?
                .accuracy.share
            record.tokenCount =
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT coalesce(sum(generated_token_count), 0) + coalesce(sum(trained_token_count), 0)
                        FROM rounds
                        """
                ) ?? 0
            record.recent = try Self.recentSteps(db)
            guard countsSeconds else { return record }
            record.seconds =
                try Double.fetchOne(
                    db,
                    sql: """
                        SELECT coalesce(sum(phase.value), 0)
                        FROM rounds, json_each(rounds.report, '$.secondsPerPhase') AS phase
                        """
                ) ?? 0
            return record
        }
    }

    /// The finished rounds since a person last changed the course, from the last promoted one on.
    ///
    /// - Throws: `StoreError` when the journal cannot be read.
    public func recentSteps() async throws -> [Course.Step] {
        try await database.read { db in try Self.recentSteps(db) }
    }

    private static func recentSteps(_ db: Database) throws -> [Course.Step] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT id, outcome, json_extract(configuration, '$.gate.levers[0]') FROM rounds
                WHERE finished_at IS NOT NULL AND id > (SELECT streak_after FROM control)
                    AND id >= (SELECT coalesce(max(id), 0) FROM rounds WHERE outcome = 'promoted')
                ORDER BY id
                """
        )
        return try rows.compactMap { row in
            guard let outcome = try row.optionalValue(Outcome.self, 1) else { return nil }
            let lever: String? = row[2]
            return Course.Step(RoundID(rawValue: row[0]), outcome, lever.map(LeverID.init(rawValue:)))
        }
    }
}
