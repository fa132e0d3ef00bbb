import GRDB
public import Loop

/// Sums over all rounds, for monitoring.
public struct JournalTotals: Hashable, Sendable {
    /// Ended rounds per outcome; outcomes that never came are there with 0.
    public var roundCounts: [Outcome: Int] = [:]
    /// Candidates generated.
    public var candidateCount = 0
    /// Tokens sampled.
    public var generatedTokenCount = 0
    /// Tokens run through fine-tuning.
    public var trainedTokenCount = 0
    /// Questions in use per split.
    public var questionCounts: [Split: Int] = [:]
    /// Retired questions per split.
    public var retiredCounts: [Split: Int] = [:]
    /// Newest event.
    public var lastEvent = 0

    /// Nothing summed yet.
    public init() {}
}

extension JournalStore {
    /// Sums over all rounds, from an index alone.
    public func totals() async throws -> JournalTotals {
        let (questionCounts, retiredCounts) = (try await questionCounts(), try await retiredCounts())
        return try await database.read { db in
            var totals = JournalTotals()
            totals.questionCounts = questionCounts
            totals.retiredCounts = retiredCounts
            for outcome in Outcome.allCases { totals.roundCounts[outcome] = 0 }
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT outcome, count(*), coalesce(sum(generated_count), 0),
                        coalesce(sum(generated_token_count), 0), coalesce(sum(trained_token_count), 0)
                    FROM rounds GROUP BY outcome
                    """
            )
            for row in rows {
                if let outcome = try row.optionalValue(Outcome.self, 0) {
                    totals.roundCounts[outcome] = row[1]
                }
                totals.candidateCount += row[2]
                totals.generatedTokenCount += row[3]
                totals.trainedTokenCount += row[4]
            }
            totals.lastEvent = try Int.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM events") ?? 0
            return totals
        }
    }

    /// The current checkpoint's accuracy on the gate after each of the newest rounds that came to it, oldest
    /// first.
    ///
    /// - Parameter limit: How many rounds at most.
    /// - Returns: Shares of right answers, 0 to 1.
    /// - Throws: `StoreError`.
    public func gateTrend(_ limit: Int) async throws -> [Double] {
        try await database.read { db in
            try Double.fetchAll(
                db,
                sql: "SELECT gate_share FROM rounds WHERE gate_share IS NOT NULL ORDER BY id DESC LIMIT ?",
                arguments: [limit]
            ).reversed()
        }
    }

    /// Bytes that an ordinary user may still write to the state directory's file system.
    public func freeByteCount() throws -> Int { try freeSpace() }
}
