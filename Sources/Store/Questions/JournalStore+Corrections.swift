import GRDB
public import Loop

/// Another reference answer of a train question: reports are marked by it from the next round on.
public struct QuestionCorrection: Hashable, Sendable {
    /// The question.
    public var question: QuestionID
    /// The answer from now on.
    public var answer: String?
    /// The rationale from now on.
    public var rationale: String?
    /// File and line that it comes from.
    public var origin: String

    /// Builds a correction from its parts.
    public init(question: QuestionID, answer: String?, rationale: String?, origin: String) {
        self.question = question
        self.answer = answer
        self.rationale = rationale
        self.origin = origin
    }
}

extension JournalStore {
    /// Writes corrections; the questions keep what they were added with, which older rounds have been marked
    /// by.
    ///
    /// Train questions alone: the verdicts of rounds rest on the answers of the other splits.
    func correct(_ corrections: [QuestionCorrection], in db: Database) throws {
        for correction in corrections {
            let split = try String.fetchOne(
                db,
                sql: "SELECT split FROM questions WHERE id = ?",
                arguments: [correction.question.rawValue]
            )
            guard split == Split.train.rawValue else {
                throw StoreError(
                    .invalidRequest,
                    "question \(correction.question) is of split \(split ?? "none"); only answers of train questions are corrected"
                )
            }
            try db.execute(
                sql: """
                    INSERT INTO corrections (question, after_round, answer, rationale, origin, corrected_at)
                    VALUES (?, (SELECT coalesce(max(id), 0) FROM rounds), ?, ?, ?, ?)
                    """,
                arguments: [
                    correction.question.rawValue, correction.answer, correction.rationale, correction.origin,
                    timestamp,
                ]
            )
        }
    }
}
