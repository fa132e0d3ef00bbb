import GRDB
import Loop

extension Database {
    /// Writes levels that count from the next round on; rounds that have begun keep those that they began
    /// with.
    func set(_ levels: [QuestionLevel]) throws {
        for level in levels {
            try execute(
                sql: """
                    INSERT OR REPLACE INTO levels (question, after_round, level)
                    VALUES (?, (SELECT coalesce(max(id), 0) FROM rounds), ?)
                    """,
                arguments: [level.question.rawValue, level.level]
            )
        }
    }
}
