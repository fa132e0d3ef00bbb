import GRDB
public import Loop

extension JournalStore {
    /// Candidates read at once when a phase reads all texts of a round: about 40 MB of texts.
    private static let pageSize = 16_384

    /// A round's candidates ordered by question, then index.
    public func candidates(of round: RoundID) async throws -> [Candidate] {
        try await candidates(of: round, limit: -1)
    }

    /// The part of a round's candidates that a phase works on, ordered by question, then index.
    public func candidates(of round: RoundID, _ part: CandidatePart) async throws -> [Candidate] {
        let columns = part == .withoutTexts ? Candidate.columnsWithoutText : Candidate.columns
        let condition =
            switch part {
            case .withoutTexts: "true"
            case .undecided: "verdict IS NULL"
            case .training: "(verdict = 'kept' OR reason IN ('too_long', 'quarantined'))"
            }
        return try await reading(round) { db in
            try db.candidates(
                sql: """
                    SELECT \(columns) FROM candidates WHERE round = ? AND \(condition) ORDER BY question, "index"
                    """,
                arguments: [round.rawValue]
            )
        }
    }

    /// One page of a round's candidates ordered by question, then index, in whole questions.
    public func candidates(of round: RoundID, after question: QuestionID?) async throws -> [Candidate] {
        let select = "SELECT \(Candidate.columns) FROM candidates WHERE round = ?"
        return try await reading(round) { db in
            var page = try db.candidates(
                sql: "\(select) AND question > ? ORDER BY question, \"index\" LIMIT ?",
                arguments: [round.rawValue, question?.rawValue ?? 0, Self.pageSize]
            )
            guard page.count == Self.pageSize, let last = page.last?.question else { return page }
            // The last question may continue on the next page.
            while page.last?.question == last { page.removeLast() }
            return try page
                + db.candidates(
                    sql: "\(select) AND question = ? ORDER BY \"index\"",
                    arguments: [round.rawValue, last.rawValue]
                )
        }
    }

    /// The candidates kept in the rounds that made a checkpoint and all before it, back to the base model;
    /// oldest round first, then by question and index.
    public func keptCandidates(upTo id: CheckpointID) async throws -> [Candidate] {
        try await database.read { db in
            let rounds = try Int.fetchAll(
                db,
                sql: "\(Database.lineTable) SELECT round FROM line WHERE round IS NOT NULL ORDER BY round",
                arguments: [id.rawValue]
            )
            return try rounds.flatMap { number in
                let kept: (Database) throws -> [Candidate] = { db in
                    try db.candidates(
                        sql: """
                            SELECT \(Candidate.columns) FROM candidates WHERE round = ? AND verdict = 'kept'
                            ORDER BY question, "index"
                            """,
                        arguments: [number]
                    )
                }
                return try ArchivedRound(RoundID(rawValue: number), in: db)?.read(kept) ?? kept(db)
            }
        }
    }

    /// One page of a round's candidates ordered by question, then index.
    ///
    /// - Parameters:
    ///   - round: The round.
    ///   - filter: Which ones.
    ///   - offset: How many to leave out at the beginning.
    ///   - limit: How many to return at most; a negative number is no limit.
    /// - Returns: The candidates.
    /// - Throws: `StoreError` when the journal cannot be read.
    public func candidates(
        of round: RoundID,
        _ filter: CandidateFilter = CandidateFilter(),
        offset: Int = 0,
        limit: Int
    ) async throws -> [Candidate] {
        let (condition, arguments) = filter.condition(in: round)
        return try await reading(round, question: filter.question) { db in
            try db.candidates(
                sql: """
                    SELECT \(Candidate.columns) FROM candidates WHERE \(condition)
                    ORDER BY question, "index" LIMIT ? OFFSET ?
                    """,
                arguments: arguments + [limit, offset]
            )
        }
    }

    /// How many of a round's candidates pass the filters.
    ///
    /// - Parameters:
    ///   - round: The round.
    ///   - filter: Which ones.
    /// - Returns: The count.
    /// - Throws: `StoreError` when the journal cannot be read.
    public func candidateCount(
        of round: RoundID,
        _ filter: CandidateFilter = CandidateFilter()
    ) async throws -> Int {
        let (condition, arguments) = filter.condition(in: round)
        return try await reading(round, question: filter.question) { db in
            try Int.fetchOne(
                db,
                sql: "SELECT count(*) FROM candidates WHERE \(condition)",
                arguments: arguments
            ) ?? 0
        }
    }

    /// A weighed candidate's place in its round by DS weight (ties by question, then index), from 1, and how
    /// many were weighed; no place for one that was not.
    public func weightRank(of candidate: Candidate) async throws -> (rank: Int?, weighedCount: Int) {
        try await reading(candidate.round) { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*), coalesce(sum((ds_weight, question, "index") < (?, ?, ?)), 0)
                    FROM candidates WHERE round = ? AND ds_weight IS NOT NULL
                    """,
                arguments: [
                    candidate.scores[.ds], candidate.question.rawValue, candidate.index,
                    candidate.round.rawValue,
                ]
            )
            let (weighedCount, before): (Int, Int) = (row?[0] ?? 0, row?[1] ?? 0)
            return (candidate.scores[.ds] == nil ? nil : before + 1, weighedCount)
        }
    }

}

extension Database {
    /// Candidates that a statement selects by `Candidate.columns`.
    fileprivate func candidates(sql: String, arguments: StatementArguments) throws -> [Candidate] {
        let rows = try Row.fetchCursor(self, sql: sql, arguments: arguments)
        var candidates: [Candidate] = []
        while let row = try rows.next() { candidates.append(try Candidate(row)) }
        try addScores(to: &candidates)
        return candidates
    }
}
