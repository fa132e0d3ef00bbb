import GRDB
import Loop

// Scores are in a table of their own, but for the DS weight, which is a column of candidates: a new score
// changes no row that a seal covers.

extension JournalStore {
    /// Writes what scorers have found of candidates.
    func writeScores(of candidates: [Candidate], in db: Database) throws {
        guard candidates.contains(where: { $0.scores.all.contains { $0.name != .ds } }) else { return }
        let statement = try db.makeStatement(
            sql: """
                INSERT OR REPLACE INTO scores (round, question, "index", name, value) VALUES (?, ?, ?, ?, ?)
                """
        )
        for candidate in candidates {
            for (name, value) in candidate.scores.all where name != .ds {
                guard value.isFinite else {
                    throw StoreError(
                        .invalidRequest,
                        "score \(name) of candidate \(candidate.question).\(candidate.index) is \(value); the journal "
                            + "keeps finite numbers, a scorer leaves out what it cannot measure"
                    )
                }
                try statement.execute(
                    arguments: [
                        candidate.round.rawValue, candidate.question.rawValue, candidate.index, name.rawValue,
                        value,
                    ]
                )
            }
        }
    }
}

extension Database {
    /// Adds the scores of candidates that are in order of (round, question, index).
    func addScores(to candidates: inout [Candidate]) throws {
        guard let first = candidates.first, let last = candidates.last,
            try Bool.fetchOne(self, sql: "SELECT EXISTS (SELECT 1 FROM scores)") == true
        else { return }
        let rows = try Row.fetchCursor(
            self,
            sql: """
                SELECT round, question, "index", name, value FROM scores
                WHERE (round, question, "index") BETWEEN (?, ?, ?) AND (?, ?, ?)
                ORDER BY round, question, "index"
                """,
            arguments: [
                first.round.rawValue, first.question.rawValue, first.index,
                last.round.rawValue, last.question.rawValue, last.index,
            ]
        )
        var place = 0
        while let row = try rows.next() {
            let key: (Int, Int, Int) = (row[0], row[1], row[2])
            while place < candidates.count, candidates[place].key < key { place += 1 }
            guard place < candidates.count else { return }
            if candidates[place].key == key { candidates[place].scores[ScoreName(rawValue: row[3])] = row[4] }
        }
    }
}

extension Candidate {
    fileprivate var key: (Int, Int, Int) { (round.rawValue, question.rawValue, index) }
}
