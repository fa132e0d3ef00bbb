import GRDB
public import Loop

/// Other variants of a question: candidates are spread over them from the next round on.
public struct QuestionRewording: Hashable, Sendable {
    /// The question.
    public var question: QuestionID
    /// Its variants from now on; may be none.
    public var variants: [String]
    /// File and line that they come from.
    public var origin: String

    /// Builds a rewording from its parts.
    public init(question: QuestionID, variants: [String], origin: String) {
        self.question = question
        self.variants = variants
        self.origin = origin
    }
}

extension JournalStore {
    /// Writes variants that count from the next round on; rounds that have begun keep theirs, from which
    /// follows what each of their candidates saw.
    func write(_ variants: [String], of question: QuestionID, in db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO variants (question, after_round, texts)
                VALUES (?, (SELECT coalesce(max(id), 0) FROM rounds), ?)
                ON CONFLICT (question, after_round) DO UPDATE SET texts = excluded.texts
                """,
            arguments: [question.rawValue, try StoredJSON.text(variants)]
        )
    }
}
