import GRDB
public import Loop

extension JournalStore {
    /// What a rollback would change; changes nothing.
    ///
    /// - Parameter target: What is to become current.
    /// - Returns: The plan, the same that `rollback` carries out.
    /// - Throws: `StoreError` `no_such_round`, `not_promoted`, `nothing_to_undo`, `checkpoint_pruned`, or
    ///   `checkpoint_corrupt` when the target's files do not match their record.
    public func rollbackPlan(_ target: RollbackTarget) async throws -> RollbackPlan {
        try await database.read { [self] db in
            let plan = try rollbackPlan(target, in: db)
            _ = try verifiedAdapter(of: plan.target.id, in: db)
            return plan
        }
    }

    /// Makes an earlier checkpoint current again and abandons the open round; deletes nothing.
    ///
    /// An open round that has its verdict keeps that outcome and only ends.
    ///
    /// - Parameters:
    ///   - target: What is to become current.
    ///   - expected: The checkpoint the caller takes for the current one; nil does not care.
    ///   - receipt: The receipt to write with it.
    ///   - event: Makes the event to write with it.
    /// - Returns: What was done; its target as it is now.
    /// - Throws: What `rollbackPlan` throws, or `StoreError` `outdated` when another checkpoint than expected
    ///   is current; then nothing has changed.
    @discardableResult
    public func rollback(
        _ target: RollbackTarget,
        expecting expected: CheckpointID? = nil,
        receipt: Receipt<RollbackPlan>? = nil,
        event: @escaping @Sendable (RollbackPlan) -> RoundEvent
    ) async throws -> RollbackPlan {
        // Before the transaction, for hashing takes a while; what retention removes meanwhile is seen in it.
        _ = try await rollbackPlan(target)
        return try await database.write("rollback") { [self] db in
            var plan = try rollbackPlan(target, in: db)
            try plan.check(expected)
            try db.execute(sql: "UPDATE control SET current = ?", arguments: [plan.target.id.rawValue])
            // Its files are as recorded again.
            try db.execute(
                sql: "UPDATE checkpoints SET is_corrupt = 0 WHERE id = ?",
                arguments: [plan.target.id.rawValue]
            )
            if plan.isChange {
                try db.execute(
                    sql: "INSERT INTO rollbacks (time, previous, target) VALUES (?, ?, ?)",
                    arguments: [timestamp, plan.current.id.rawValue, plan.target.id.rawValue]
                )
            }
            try db.abandonOpenRound(at: timestamp, where: "TRUE")
            try endStreak(in: db)
            try record([event(plan)], in: db)
            plan.target = try db.checkpoint(plan.target.id)
            try write(receipt, of: plan, in: db)
            return plan
        }
    }

    /// The newest rollbacks, oldest first.
    public func lastRollbacks(_ limit: Int) async throws -> [RollbackRecord] {
        try await database.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT time, previous, target FROM rollbacks ORDER BY id DESC LIMIT ?",
                arguments: [limit]
            ).reversed().map { row in
                RollbackRecord(
                    time: row[0],
                    previous: CheckpointID(rawValue: row[1]),
                    target: CheckpointID(rawValue: row[2])
                )
            }
        }
    }

    private func rollbackPlan(_ target: RollbackTarget, in db: Database) throws -> RollbackPlan {
        let id =
            switch target {
            case .round(let round): try checkpoint(ofPromoted: round, in: db)
            case .undo: try lastPrevious(in: db)
            }
        try db.checkpoint(id).checkKept()
        let current = try db.checkpoint(db.currentCheckpoint())
        // Only what leads to one of the two: the rest of the tree may be long, and so may the line they
        // share.
        let apart = try db.lineIDs(to: current.id).symmetricDifference(db.lineIDs(to: id))
        let checkpoints = try db.checkpoints(
            where: "id IN (SELECT value FROM json_each(?))",
            [StoredJSON.text(apart.map(\.rawValue))]
        )
        let newest = try Int.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM rounds") ?? 0
        var plan = RollbackPlan(
            from: current,
            to: try db.checkpoint(id),
            among: checkpoints,
            open: try db.openRound(),
            nextRound: RoundID(rawValue: newest + 1),
            isUndo: target == .undo
        )
        plan.byteCount = plan.leaving.reduce(0) { $0 + adapterByteCount(of: $1.id) }
        return plan
    }

    private func checkpoint(ofPromoted id: RoundID, in db: Database) throws -> CheckpointID {
        if id.rawValue == 0 { return .base }
        let round = try db.round(id)
        guard round.outcome == .promoted, let checkpoint = round.checkpoint else {
            let outcome = round.outcome?.rawValue ?? "still running"
            throw StoreError(
                .notPromoted,
                "cannot roll back to round \(id): it is \(outcome), not promoted; "
                    + "\"autodidact checkpoints\" lists the promoted ones"
            )
        }
        return checkpoint
    }

    private func lastPrevious(in db: Database) throws -> CheckpointID {
        guard let previous = try db.lastRolledBack() else {
            throw StoreError(
                .nothingToUndo,
                "there was no rollback to undo; name a round: \"autodidact checkpoints\" lists the promoted ones"
            )
        }
        return previous
    }
}

extension Database {
    /// The checkpoint that was current before the newest rollback, which undoing it makes current; nil
    /// without one.
    func lastRolledBack() throws -> CheckpointID? {
        try Int.fetchOne(self, sql: "SELECT previous FROM rollbacks ORDER BY id DESC LIMIT 1")
            .map(CheckpointID.init(rawValue:))
    }

    /// A checkpoint and everything it was fine-tuned from.
    fileprivate func lineIDs(to end: CheckpointID) throws -> Set<CheckpointID> {
        let ids = try Int.fetchSet(
            self,
            sql: Self.lineTable + "SELECT id FROM line",
            arguments: [end.rawValue]
        )
        return Set(ids.map(CheckpointID.init(rawValue:)))
    }
}

extension RollbackPlan {
    /// Refuses a plan that rests on another checkpoint than the caller saw.
    ///
    /// - Parameter expected: The checkpoint the caller takes for the current one; nil does not care.
    /// - Throws: `StoreError` `outdated`.
    public func check(_ expected: CheckpointID?) throws(StoreError) {
        guard let expected, expected != current.id else { return }
        throw StoreError(
            .outdated,
            "checkpoint \(current.id) is current by now, not \(expected) as it was shown; look again"
        )
    }
}
