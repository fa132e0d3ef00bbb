import GRDB
public import Loop

extension JournalStore {
    /// Looks at every checkpoint that the next step would read, marks the damaged ones, and where the current
    /// one is among them makes the nearest sound one before it current.
    ///
    /// An open round that started from a damaged checkpoint, or made one, is abandoned.
    ///
    /// - Returns: The damaged checkpoints.
    /// - Throws: `StoreError` when the journal or a checkpoint cannot be read, which by itself is no damage,
    ///   or not written.
    public func setAsideCorruptCheckpoints() async throws -> [CheckpointID] {
        let (damaged, successor) = try await database.read { [self] db in
            let (open, current) = (try db.openRound(), try db.currentCheckpoint())
            let used = Set([current, open?.parent, open?.checkpoint].compactMap { $0 }).sorted()
            var damaged: [(id: CheckpointID, reason: String)] = []
            for id in used {
                do {
                    _ = try verifiedAdapter(of: id, in: db)
                } catch let error as StoreError where error.code == .checkpointCorrupt {
                    damaged.append((id, error.message))
                }
            }
            return (damaged, try soundAncestor(of: current, in: db))
        }
        guard !damaged.isEmpty else { return [] }
        try await database.write("setAside") { [self] db in
            for (id, reason) in damaged {
                try db.execute(
                    sql: "UPDATE checkpoints SET is_corrupt = 1 WHERE id = ?",
                    arguments: [id.rawValue]
                )
                var consequence = "it is not used any more"
                if try db.currentCheckpoint() == id {
                    try db.execute(sql: "UPDATE control SET current = ?", arguments: [successor.rawValue])
                    consequence = "checkpoint \(successor) takes over"
                }
                try db.abandonOpenRound(
                    at: timestamp,
                    where: "(parent = ? OR checkpoint = ?)",
                    [id.rawValue, id.rawValue]
                )
                let event = RoundEvent(.checkpointCorrupt, message: "\(consequence): \(reason)")
                try record([event], in: db)
            }
            try endStreak(in: db)
        }
        return damaged.map(\.id)
    }

    /// The first ancestor that was promoted and whose files match; the base model in the end.
    private func soundAncestor(of id: CheckpointID, in db: Database) throws -> CheckpointID {
        var next = try db.checkpoint(id).parent
        while let candidate = next, candidate != .base {
            let checkpoint = try db.checkpoint(candidate)
            if checkpoint.isPromoted, !checkpoint.isPruned, !checkpoint.isCorrupt {
                do {
                    _ = try verifiedAdapter(of: candidate, in: db)
                    return candidate
                } catch let error as StoreError where error.code == .checkpointCorrupt {}
            }
            next = checkpoint.parent
        }
        return .base
    }
}
