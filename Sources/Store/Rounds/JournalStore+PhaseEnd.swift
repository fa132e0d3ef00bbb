import GRDB
public import Loop

extension JournalStore {
    /// Ends a phase: adapter files, checkpoint, round, verdict, candidates, seal and events in one
    /// transaction.
    ///
    /// - Parameter end: What the phase leaves.
    /// - Returns: The round as recorded.
    /// - Throws: `StoreError` when the round has ended meanwhile, has its verdict already, would get a second
    ///   checkpoint or become promoted without a verdict; or when the disk cannot be written.
    public func commit(_ end: PhaseEnd) async throws -> RoundRecord {
        let name =
            end.adapter != nil ? "checkpoint" : end.isVerdict ? "decide" : "end-\(end.round.phase.rawValue)"
        let recorded = try await database.write(name) { [self] db in
            let stored = try db.openRound(end.round.id)
            try end.checkVerdict(over: stored)
            var round = completed(end, over: stored)
            // The writer's transaction is open while files are written, so that nothing can come between.
            if let adapter = end.adapter { try recordCheckpoint(adapter, of: &round, over: stored, in: db) }
            try db.update(round)
            if end.isVerdict, round.outcome == .promoted { try promote(stored.checkpoint, in: db) }
            try update(end.candidates, of: round.id, in: db)
            if round.finishedAt != nil { try RoundSeal.put(on: round.id, in: db) }
            try record(end.events, of: round.id, in: db)
            return round
        }
        // The checkpoint is recorded; saves that cannot be removed now are removed when the next round
        // begins.
        if end.adapter != nil { try? files.remove(state.training(of: recorded.id)) }
        return recorded
    }

    /// The round with its next phase or its end, and with what the row alone knows.
    private func completed(_ end: PhaseEnd, over stored: RoundRecord) -> RoundRecord {
        var round = end.round
        switch end.step {
        case .next(let phase): round.phase = phase
        case .end: round.finishedAt = timestamp
        }
        round.checkpoint = stored.checkpoint
        // Waves add their seconds to the row; a caller's older copy must not take them away.
        round.report.secondsPerPhase.merge(stored.report.secondsPerPhase, uniquingKeysWith: max)
        return round
    }

    private func promote(_ checkpoint: CheckpointID?, in db: Database) throws {
        guard let checkpoint else { return }
        try db.execute(
            sql: """
                UPDATE checkpoints SET is_promoted = 1 WHERE id = :checkpoint;
                UPDATE control SET current = :checkpoint;
                """,
            arguments: ["checkpoint": checkpoint.rawValue]
        )
    }
}

extension PhaseEnd {
    /// A verdict is given once, and only a verdict promotes.
    fileprivate func checkVerdict(over stored: RoundRecord) throws(StoreError) {
        if isVerdict {
            guard round.outcome != nil, stored.outcome == nil else {
                let found = (stored.outcome ?? round.outcome)?.rawValue ?? "no outcome"
                throw StoreError(
                    .invalidRequest,
                    "cannot decide round \(round.id), which has \(found); a verdict is given once"
                )
            }
        } else if round.outcome == .promoted, stored.outcome != .promoted {
            throw StoreError(
                .invalidRequest,
                "round \(round.id) cannot become promoted by the end of phase \(round.phase.rawValue); decide it"
            )
        }
    }
}
