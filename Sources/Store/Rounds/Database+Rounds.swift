import GRDB
import Loop

/// Reads that several transactions share.
extension Database {
    /// A round by number.
    func round(_ id: RoundID) throws -> RoundRecord {
        let row = try Row.fetchOne(
            self,
            sql: "SELECT \(RoundRecord.columns) FROM rounds WHERE id = ?",
            arguments: [id.rawValue]
        )
        guard let row else {
            throw StoreError(.noSuchRound, "there is no round \(id); \"autodidact rounds\" lists them")
        }
        return try RoundRecord(row)
    }

    /// The round that has not finished.
    func openRound() throws -> RoundRecord? {
        try Row.fetchOne(self, sql: "SELECT \(RoundRecord.columns) FROM rounds WHERE finished_at IS NULL")
            .map(RoundRecord.init)
    }

    /// A round that may still change.
    func openRound(_ id: RoundID) throws -> RoundRecord {
        let round = try round(id)
        guard round.finishedAt == nil else {
            throw StoreError(
                .roundClosed,
                "round \(id) has ended (\(round.outcome?.rawValue ?? "no outcome")); nothing changes in it any more"
            )
        }
        return round
    }

    /// The number of the current checkpoint.
    func currentCheckpoint() throws -> CheckpointID {
        guard let number = try Int.fetchOne(self, sql: "SELECT current FROM control") else {
            throw StoreError(
                .databaseCorrupt,
                "the journal has no current checkpoint; restore it from a backup"
            )
        }
        return CheckpointID(rawValue: number)
    }

    /// Checkpoints that meet a condition, with their evaluations, in order of number.
    func checkpoints(where condition: String, _ arguments: StatementArguments = []) throws
        -> [CheckpointRecord]
    {
        let current = try currentCheckpoint()
        let scores = try makeStatement(
            sql: "SELECT \(EvaluationSummary.columns) FROM evaluations WHERE checkpoint = ? ORDER BY split"
        )
        let rows = try Row.fetchAll(
            self,
            sql: """
                SELECT id, round, parent, directory, sha256, is_promoted, is_pinned, is_pruned, is_corrupt, created_at
                FROM checkpoints WHERE \(condition) ORDER BY id
                """,
            arguments: arguments
        )
        return try rows.map { row in
            let id = CheckpointID(rawValue: row[0])
            let evaluations = try Row.fetchAll(scores, arguments: [id.rawValue])
            return CheckpointRecord(
                id: id,
                round: row.optionalID(RoundID.self, 1),
                parent: row.optionalID(CheckpointID.self, 2),
                directory: row[3],
                sha256: row[4],
                isPromoted: row[5],
                isCurrent: id == current,
                isPinned: row[6],
                isPruned: row[7],
                isCorrupt: row[8],
                createdAt: row[9],
                evaluations: try evaluations.map(EvaluationSummary.init)
            )
        }
    }

    /// A checkpoint by number.
    func checkpoint(_ id: CheckpointID) throws -> CheckpointRecord {
        guard let checkpoint = try checkpoints(where: "id = ?", [id.rawValue]).first else {
            throw StoreError.noCheckpoint(id)
        }
        return checkpoint
    }

    /// Replaces what may change in an open round's row.
    func update(_ round: RoundRecord) throws {
        try execute(
            sql: """
                UPDATE rounds SET phase = ?, outcome = ?, checkpoint = ?, report = ?, failure_count = ?, finished_at = ?
                WHERE id = ?
                """,
            arguments: [
                round.phase.rawValue, round.outcome?.rawValue, round.checkpoint?.rawValue,
                try StoredJSON.text(round.report), round.failureCount, round.finishedAt, round.id.rawValue,
            ]
        )
    }

    /// Ends the open round where a condition holds, its outcome `abandoned` unless it has its verdict.
    func abandonOpenRound(at time: String, where condition: String, _ arguments: StatementArguments = [])
        throws
    {
        guard let open = try openRound() else { return }
        try execute(
            sql: """
                UPDATE rounds SET outcome = coalesce(outcome, 'abandoned'), finished_at = ?
                WHERE finished_at IS NULL AND \(condition)
                """,
            arguments: [time] + arguments
        )
        if changesCount > 0 { try RoundSeal.put(on: open.id, in: self) }
    }
}

extension StoreError {
    /// No checkpoint has this number.
    static func noCheckpoint(_ id: CheckpointID) -> StoreError {
        StoreError(.noSuchCheckpoint, "there is no checkpoint \(id); \"autodidact checkpoints\" lists them")
    }
}
