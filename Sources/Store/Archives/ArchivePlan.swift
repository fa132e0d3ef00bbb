import GRDB
import Loop

/// How a round is cut into parts.
struct ArchivePlan: Sendable {
    let round: RoundID
    /// Questions of its waves.
    let questionCount: Int
    /// Questions per part, in order; at least one part.
    let questions: [ClosedRange<Int>]

    /// Cuts a round's questions where the texts before have filled a part.
    ///
    /// - Parameters:
    ///   - round: A round that has ended.
    ///   - partLimit: Bytes of texts in one part; a question is never cut.
    ///   - db: The journal.
    /// - Throws: `StoreError` when the journal cannot be read.
    init(_ round: RoundID, partLimit: Int, in db: Database) throws {
        self.round = round
        questionCount = try db.liveQuestionCount(of: round)
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT c.question, sum(coalesce(length(CAST(t.text AS BLOB)), 0) + 100)
                FROM candidates AS c LEFT JOIN candidate_texts AS t USING (round, question, "index")
                WHERE c.round = ? GROUP BY c.question ORDER BY c.question
                """,
            arguments: [round.rawValue]
        )
        var ranges: [ClosedRange<Int>] = []
        var filled = 0
        while let row = try rows.next() {
            let (question, count): (Int, Int) = (row[0], row[1])
            if let last = ranges.last, filled + count <= partLimit {
                ranges[ranges.count - 1] = last.lowerBound...question
                filled += count
            } else {
                ranges.append(question...question)
                filled = count
            }
        }
        // A round that has no candidates may have waves.
        questions = ranges.isEmpty ? [0...0] : ranges
    }
}
