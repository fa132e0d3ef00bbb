import GRDB
public import Loop
import Synchronization

extension JournalStore {
    /// An evaluation recorded earlier; nil when there is none or what it rests on has changed since: the
    /// split's questions (those of the open round, if there is one), the settings that prompt for answers and
    /// read them, the program that does, or how the model computes.
    public func evaluation(of checkpoint: CheckpointID, on split: Split) async throws -> Evaluation? {
        try await database.read { [self] db in
            guard let found = try stored(checkpoint, split, in: db) else { return nil }
            return try found.basis == presentBasis(of: split, in: db) ? found.evaluation : nil
        }
    }

    /// The basis that an evaluation recorded now would have, if it asked all questions of the split.
    ///
    /// - Parameters:
    ///   - split: The split.
    ///   - db: The journal.
    /// - Returns: A digest.
    /// - Throws: When the journal cannot be read.
    func presentBasis(of split: Split, in db: Database) throws -> String {
        let open = try Int.fetchOne(db, sql: "SELECT id FROM rounds WHERE finished_at IS NULL")
        let questions = try Int.fetchAll(
            db,
            sql: """
                SELECT q.id FROM questions AS q WHERE q.split = :split
                AND q.id <= coalesce((SELECT last_question FROM rounds WHERE finished_at IS NULL), q.id)
                AND NOT \(Question.isRetired) ORDER BY q.id
                """,
            arguments: ["split": split.rawValue, "round": open ?? Question.nextRound]
        )
        return try basis(questions, in: db)
    }

    /// An evaluation as it was recorded, whatever has changed since; nil when there is none.
    public func recordedEvaluation(of checkpoint: CheckpointID, on split: Split) async throws
        -> RecordedEvaluation?
    {
        try await database.read { [self] db in
            guard let found = try stored(checkpoint, split, in: db) else { return nil }
            let questions = found.evaluation.answers.map(\.question.rawValue).sorted()
            return RecordedEvaluation(
                evaluation: found.evaluation,
                basis: found.basis,
                isOfPresentSettings: try found.basis == basis(questions, in: db)
            )
        }
    }

    /// Records an evaluation, replacing an older one of the same checkpoint and split.
    public func record(_ evaluation: Evaluation, of checkpoint: CheckpointID) async throws {
        try await database.write("evaluation") { [self] db in
            _ = try db.checkpoint(checkpoint)
            let summary = evaluation.summary
            // The questions that were really asked.
            let questions = evaluation.answers.map(\.question.rawValue).sorted()
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO evaluations (checkpoint, \(EvaluationSummary.columns), answers, basis, recorded_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    checkpoint.rawValue, summary.split.rawValue, summary.accuracy.count,
                    summary.accuracy.rightCount,
                    summary.accuracy.share, summary.accuracy.lower, summary.accuracy.upper,
                    try StoredJSON.text(summary.accuracyPerProfile), summary.meanLoss,
                    try StoredJSON.text(evaluation.answers), try basis(questions, in: db), timestamp,
                ]
            )
        }
    }

    private func stored(_ checkpoint: CheckpointID, _ split: Split, in db: Database) throws -> (
        evaluation: Evaluation, basis: String
    )? {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT \(EvaluationSummary.columns), answers, basis FROM evaluations
                WHERE checkpoint = ? AND split = ?
                """,
            arguments: [checkpoint.rawValue, split.rawValue]
        )
        return try row.map { row in
            let answers = try row.json([EvaluationAnswer].self, 8)
            return (Evaluation(summary: try EvaluationSummary(row), answers: answers), row[9])
        }
    }

    /// Says which program reads answers from now on.
    ///
    /// - Parameter digest: A digest of it; nil when answers are read without one.
    public func setJudge(_ digest: String?) { judge.withLock { $0 = digest } }

    /// Makes evaluations of one configuration count for another that asks and reads in the same way; the
    /// digests hold settings of the vote, too, that only count answers.
    ///
    /// - Parameters:
    ///   - old: The configuration that they were recorded with; others are left alone.
    ///   - new: The other configuration.
    ///   - db: The journal that they are in.
    /// - Throws: When it cannot be read or written.
    func renewBases(
        from old: RoundConfiguration,
        to new: RoundConfiguration,
        in db: Database
    ) throws {
        let rows = try Row.fetchAll(db, sql: "SELECT checkpoint, split, answers, basis FROM evaluations")
        for row in rows {
            let questions = try row.json([EvaluationAnswer].self, 2).map(\.question.rawValue).sorted()
            let (checkpoint, split, stored): (Int, String, String) = (row[0], row[1], row[3])
            guard try stored == basis(questions, of: old) else { continue }
            try db.execute(
                sql: "UPDATE evaluations SET basis = ? WHERE checkpoint = ? AND split = ?",
                arguments: [try basis(questions, of: new), checkpoint, split]
            )
        }
    }

    /// A digest of everything, apart from the model's parameters, that answers to questions depend on now.
    ///
    /// - Parameters:
    ///   - questions: The numbers of the questions; empty where they cannot change.
    ///   - db: The journal; its newest round says how to ask.
    /// - Returns: The digest, in hex.
    /// - Throws: When the journal cannot be read.
    func basis(_ questions: [Int], in db: Database) throws -> String {
        let newest = try Row.fetchOne(
            db,
            sql: "SELECT \(RoundRecord.columns) FROM rounds ORDER BY id DESC LIMIT 1"
        )
        let configuration = try newest.map(RoundRecord.init)?.configuration
        return try basis(questions, of: configuration)
    }

    /// A digest of everything, apart from the checkpoint, that an evaluation's answers depend on.
    private func basis(_ questions: [Int], of configuration: RoundConfiguration?) throws -> String {
        struct Settings: Encodable {
            let questions: [Int]
            let prompt: PromptSettings?
            let vote: VoteSettings?
            /// Nil at its defaults, so that evaluations from before there were any count.
            let answer: AnswerSettings?
            let stop: [String]?
            let maxNewTokens: Int?
            let arithmetic: String?
            let judge: String?
        }
        let settings = Settings(
            questions: questions,
            prompt: configuration?.prompt,
            vote: configuration?.vote,
            answer: configuration.flatMap { $0.answer == AnswerSettings() ? nil : $0.answer },
            stop: configuration?.generate.stop,
            maxNewTokens: configuration?.generate.maxNewTokens,
            arithmetic: arithmetic.withLock { $0 },
            judge: judge.withLock { $0 }
        )
        return FileDigest.hex(try StoredJSON.text(settings))
    }
}
