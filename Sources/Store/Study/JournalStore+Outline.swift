import GRDB
public import Loop

/// The first round of a state directory, with what its incumbent and its checkpoint answered.
public struct FirstRound: Sendable {
    /// The round.
    public let round: RoundRecord
    /// The incumbent's evaluations.
    public let before: [Split: Evaluation]
    /// The new checkpoint's; empty without one.
    public let after: [Split: Evaluation]
}

extension JournalStore {
    /// Reads the first round of a state directory, whether a process holds it or not; changes nothing.
    ///
    /// - Parameter path: The directory.
    /// - Returns: The round; nil when there is no journal or no round in it.
    /// - Throws: `StoreError` when the journal cannot be read.
    public static func firstRound(of path: String) throws -> FirstRound? {
        let state = StateDirectory(path)
        guard DurableFiles().isThere(state.journal) else { return nil }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: state.journal, configuration: configuration)
            defer { try? queue.close() }
            return try queue.read { db in
                guard try Int.fetchOne(db, sql: "SELECT count(*) FROM rounds WHERE id = 1") == 1 else {
                    return nil
                }
                let round = try db.round(RoundID(rawValue: 1))
                return FirstRound(
                    round: round,
                    before: try evaluations(of: round.parent, in: db),
                    after: try round.checkpoint.map { try evaluations(of: $0, in: db) } ?? [:]
                )
            }
        } catch {
            throw StoreError.wrapping(error, path: state.journal)
        }
    }

    private static func evaluations(of checkpoint: CheckpointID, in db: Database) throws -> [Split:
        Evaluation]
    {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT \(EvaluationSummary.columns), answers FROM evaluations WHERE checkpoint = ?",
            arguments: [checkpoint.rawValue]
        )
        let found = try rows.map { row in
            Evaluation(
                summary: try EvaluationSummary(row),
                answers: try row.json([EvaluationAnswer].self, 8)
            )
        }
        return Dictionary(found.map { ($0.summary.split, $0) }) { first, _ in first }
    }
}
