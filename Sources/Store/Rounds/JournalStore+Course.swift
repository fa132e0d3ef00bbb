import GRDB
public import Loop

extension JournalStore {
    /// What the next decision of the loop rests on.
    ///
    /// - Parameter course: The rules; what none of them asks for is not added up.
    /// - Returns: The record.
    /// - Throws: `StoreError` when the journal cannot be read.
    public func courseRecord(for course: Course) async throws -> Course.Record {
        let finishedCount = try await finishedRoundCount()
        let gateShare = course.target > 0 ? try await presentGateShare() : nil
        return try await database.read { db in
            var record = Course.Record()
            record.finishedCount = finishedCount
            record.gateShare = gateShare
            if course.tokens > 0 { record.tokenCount = try Self.tokenCount(db) }
            record.recent = try Self.recentSteps(db)
            guard course.hours > 0 else { return record }
            record.seconds =
                try Double.fetchOne(
                    db,
                    sql: """
                        SELECT coalesce(sum(phase.value), 0)
                        FROM rounds,
                            json_each(iif(json_valid(report), report, '{}'), '$.secondsPerPhase') AS phase
                        """
                ) ?? 0
            return record
        }
    }

    /// The current checkpoint's accuracy on the questions that the gate has now; nil until it has answered
    /// these: what it scored on others says nothing about a target.
    private func presentGateShare() async throws -> Double? {
        let current = try await currentCheckpoint().id
        if let gate = try await evaluation(of: current, on: .gate) { return gate.summary.accuracy.share }
        // The valid set stands in for a gate split that is not there.
        guard try await questions(in: .gate).isEmpty else { return nil }
        return try await evaluation(of: current, on: .valid)?.summary.accuracy.share
    }

    /// Tokens that were sampled for candidates, headroom, contenders and evaluations, and those trained on.
    ///
    /// Sampled for candidates, headroom, contenders and evaluations. Of evaluations those that the journal
    /// holds: a repeated one has taken the place of the one before. A damaged report counts nothing;
    /// verification names it. Answers are parsed as a whole, which is done only where `loop.tokens` asks.
    private static func tokenCount(_ db: Database) throws -> Int {
        let ofRounds = try Int.fetchOne(
            db,
            sql: """
                SELECT coalesce(sum(generated_token_count), 0) + coalesce(sum(trained_token_count), 0)
                    + coalesce(sum(iif(json_valid(report), json_extract(report, '$.headroom.tokenCount'), 0)), 0)
                FROM rounds
                """
        )
        let ofContenders = try Int.fetchOne(
            db,
            sql: """
                SELECT coalesce(sum(json_extract(contender.value, '$.tokenCount')), 0)
                FROM rounds, json_each(iif(json_valid(report), report, '{}'), '$.contenders') AS contender
                """
        )
        let ofEvaluations = try Int.fetchOne(
            db,
            sql: """
                SELECT coalesce(sum(json_extract(answer.value, '$.tokenCount')), 0)
                FROM evaluations, json_each(iif(json_valid(answers), answers, '[]')) AS answer
                """
        )
        return (ofRounds ?? 0) + (ofContenders ?? 0) + (ofEvaluations ?? 0)
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
                SELECT id, outcome, json_extract(configuration, '$.gate.levers[0]'),
                    iif(json_valid(report), json_type(report, '$.headroom') IS NOT NULL
                        AND json_type(report, '$.generatedCount') IS NULL, 0)
                FROM rounds
                WHERE finished_at IS NOT NULL AND id > (SELECT streak_after FROM control)
                    AND id >= (SELECT coalesce(max(id), 0) FROM rounds WHERE outcome = 'promoted')
                ORDER BY id
                """
        )
        return try rows.compactMap { row in
            guard let outcome = try row.optionalValue(Outcome.self, 1) else { return nil }
            let lever: String? = row[2]
            let endedMeasuring: Bool = row[3]
            return Course.Step(
                RoundID(rawValue: row[0]),
                outcome,
                lever.map(LeverID.init(rawValue:)),
                // Nothing else ends a round between the measurement and its first candidate.
                lacksHeadroom: outcome == .noData && endedMeasuring
            )
        }
    }
}
