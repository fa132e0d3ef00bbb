import GRDB
public import Loop

extension JournalStore {
    /// Records what the model wrote for questions of an open round; reads of questions have it from then on.
    ///
    /// - Throws: `StoreError` `invalid_request` for a question that has its record in the round already, or
    ///   when the round is not open or the disk cannot be written.
    public func commitParaphrases(_ records: [ParaphraseRecord], of round: RoundID) async throws {
        try await database.write("paraphrases") { db in
            _ = try db.openRound(round)
            let statement = try db.makeStatement(
                sql: """
                    INSERT INTO paraphrases (question, round, texts, refusals, token_count) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """
            )
            for record in records {
                try statement.execute(
                    arguments: [
                        record.question.rawValue, round.rawValue, try StoredJSON.text(record.texts),
                        try StoredJSON.text(record.refusals), record.tokenCount,
                    ]
                )
                guard db.changesCount == 1 else {
                    throw StoreError(
                        .invalidRequest,
                        "question \(record.question) has its paraphrases in round \(round) already"
                    )
                }
            }
        }
    }

    /// What was written in a round, in order of question.
    public func paraphrases(of round: RoundID) async throws -> [ParaphraseRecord] {
        try await database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT question, texts, refusals, token_count FROM paraphrases WHERE round = ? ORDER BY question
                    """,
                arguments: [round.rawValue]
            ).map { row in
                ParaphraseRecord(
                    question: QuestionID(rawValue: row[0]),
                    texts: try row.json([String].self, 1),
                    refusals: try row.json([String: Int].self, 2),
                    tokenCount: row[3]
                )
            }
        }
    }
}
