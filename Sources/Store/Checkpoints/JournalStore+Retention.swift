import Foundation
import GRDB
public import Loop

/// What retention would remove, or has removed.
public struct PruneReport: Hashable, Sendable {
    /// Checkpoints whose adapters go, in order of number.
    public var pruned: [CheckpointID]
    /// Bytes their adapters take.
    public var byteCount: Int
    /// Checkpoints that stay, each with the rule that keeps it.
    public var kept: [(id: CheckpointID, reason: String)]

    /// Equal when the same checkpoints go and stay.
    public static func == (one: Self, other: Self) -> Bool {
        one.pruned == other.pruned && one.byteCount == other.byteCount
            && one.kept.map(\.id) == other.kept.map(\.id)
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(pruned)
        hasher.combine(byteCount)
    }
}

extension JournalStore {
    /// Keeps a checkpoint from retention, or lets it go again; the event is written only with a change.
    ///
    /// - Parameters:
    ///   - id: The checkpoint.
    ///   - isPinned: Whether it must stay.
    ///   - event: The event to write with a change.
    /// - Returns: The checkpoint as it is now.
    /// - Throws: `StoreError` `no_such_checkpoint`, or `checkpoint_pruned` when there is nothing left to
    ///   keep.
    public func pin(_ id: CheckpointID, isPinned: Bool, event: RoundEvent) async throws -> CheckpointRecord {
        try await database.write("pin") { [self] db in
            guard try !db.checkpoint(id).isPruned else {
                throw StoreError(
                    .checkpointPruned,
                    "checkpoint \(id) was pruned; there is nothing left to keep"
                )
            }
            try db.execute(
                sql: "UPDATE checkpoints SET is_pinned = :pinned WHERE id = :id AND is_pinned <> :pinned",
                arguments: ["pinned": isPinned, "id": id.rawValue]
            )
            if db.changesCount > 0 { try record([event], in: db) }
            return try db.checkpoint(id)
        }
    }

    /// Removes the adapters that no rule keeps; manifests and cards stay, so that every round can always be
    /// read.
    ///
    /// Kept are the newest `count` checkpoints, the best one on the gate, pinned ones, the current one, the
    /// newest promoted one, the parent of the open round, and the one that `rollback --undo` would go to.
    ///
    /// - Parameters:
    ///   - count: How many of the newest checkpoints stay.
    ///   - sparesPromoted: Whether every promoted checkpoint stays, so that any of them can be rolled back
    ///     to.
    ///   - isDryRun: Only say what would be removed; writes no receipt either.
    ///   - receipt: The receipt to write with the rows; the files go after it.
    /// - Returns: What was or would be removed.
    /// - Throws: `StoreError` when the journal or a file cannot be written.
    public func prune(
        keeping count: Int,
        sparesPromoted: Bool = false,
        isDryRun: Bool,
        receipt: Receipt<PruneReport>? = nil
    ) async throws -> PruneReport {
        let plan: @Sendable (Database) throws -> PruneReport = { [self] db in
            try pruneReport(count, sparesPromoted, db)
        }
        if isDryRun { return try await database.read(plan) }
        // The rows first: a crash between leaves adapters without a claim on them, which the next start
        // removes.
        let report = try await database.write("prune") { [self] db in
            let report = try plan(db)
            for id in report.pruned {
                try db.execute(
                    sql: "UPDATE checkpoints SET is_pruned = 1 WHERE id = ?",
                    arguments: [id.rawValue]
                )
            }
            if !report.pruned.isEmpty {
                let names = report.pruned.map { "\($0)" }.joined(separator: ", ")
                try record([RoundEvent(.pruned, message: "adapters removed of checkpoints \(names)")], in: db)
            }
            try write(receipt, of: report, in: db)
            return report
        }
        for id in report.pruned { try removeAdapter(of: id) }
        return report
    }

    /// Removes adapters that pruned rows left behind.
    func removePrunedAdapters() throws {
        let ids = try database.readNow { db in
            try Int.fetchAll(db, sql: "SELECT id FROM checkpoints WHERE is_pruned = 1 ORDER BY id")
        }
        for id in ids { try removeAdapter(of: CheckpointID(rawValue: id)) }
    }

    private func adapterPath(of id: CheckpointID) -> String {
        state.checkpoint(id.rawValue.padded) + "/" + FileName.adapterWeights
    }

    private func removeAdapter(of id: CheckpointID) throws { try files.remove(adapterPath(of: id)) }

    private func pruneReport(_ count: Int, _ sparesPromoted: Bool, _ db: Database) throws -> PruneReport {
        let all = try db.checkpoints(where: "id > 0 AND is_pruned = 0")
        let newest = Set(all.suffix(max(0, count)).map(\.id))
        let best = all.filter(\.isPromoted).max { one, other in
            (Self.gateShare(one), one.id.rawValue) < (Self.gateShare(other), other.id.rawValue)
        }
        let lastPromoted = all.last(where: \.isPromoted)
        let parent = try db.openRound()?.parent
        let undo = try db.lastRolledBack()
        var report = PruneReport(pruned: [], byteCount: 0, kept: [])
        for checkpoint in all {
            let id = checkpoint.id
            let rules = [
                (checkpoint.isCurrent, "current"), (checkpoint.isPinned, "pinned"), (id == best?.id, "best"),
                (id == lastPromoted?.id, "last promoted"), (id == parent, "parent of the open round"),
                (id == undo, "rollback --undo goes there"), (newest.contains(id), "one of the last \(count)"),
                (sparesPromoted && checkpoint.isPromoted, "promoted"),
            ]
            if let rule = rules.first(where: \.0) {
                report.kept.append((id, rule.1))
            } else {
                report.pruned.append(id)
                report.byteCount += adapterByteCount(of: id)
            }
        }
        return report
    }

    private static func gateShare(_ checkpoint: CheckpointRecord) -> Double {
        let gate = checkpoint.evaluations.first { $0.split == .gate } ?? checkpoint.evaluations.first
        return gate?.accuracy.share ?? -1
    }

    /// Bytes that a checkpoint's adapter takes; 0 where there is none.
    func adapterByteCount(of id: CheckpointID) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: adapterPath(of: id))
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }
}
