import GRDB
public import Loop

extension JournalStore {
    /// The waves of a round in order.
    public func waves(of round: RoundID) async throws -> [Wave] {
        try await reading(round) { db in
            try Row.fetchAll(
                db,
                sql: #"SELECT \#(Wave.columns) FROM waves WHERE round = ? ORDER BY "index""#,
                arguments: [round.rawValue]
            ).map(Wave.init)
        }
    }

    /// Records one wave's candidates and marks it done.
    public func commitWave(
        _ wave: Wave,
        of round: RoundID,
        candidates: [Candidate],
        seconds: Double
    ) async throws {
        try await database.write("wave") { [self] db in
            var stored = try db.openRound(round)
            try db.execute(
                sql:
                    #"UPDATE waves SET is_done = 1 WHERE round = ? AND "index" = ? AND questions = ? AND is_done = 0"#,
                arguments: [round.rawValue, wave.index, try StoredJSON.text(wave.questions)]
            )
            guard db.changesCount == 1 else {
                throw StoreError(.invalidRequest, "round \(round) has no such pending wave \(wave.index)")
            }
            try insert(candidates, of: wave, round: round, in: db)
            stored.report.secondsPerPhase[Phase.generate.rawValue, default: 0] += seconds
            try db.update(stored)
        }
    }

    /// Writes what the round has found out since about candidates that are in the journal.
    func update(_ candidates: [Candidate], of round: RoundID, in db: Database) throws {
        guard !candidates.isEmpty else { return }
        let statement = try db.makeStatement(
            sql: """
                UPDATE candidates SET answer = ?, consistency = ?, loss = ?, ds_weight = ?, weight = ?, \
                verdict = ?, reason = ? WHERE round = ? AND question = ? AND "index" = ?
                """
        )
        for candidate in candidates {
            try statement.execute(
                arguments: [
                    candidate.answer, candidate.consistency, candidate.loss, candidate.scores[.ds],
                    candidate.weight,
                    candidate.verdict?.rawValue, candidate.reason?.rawValue,
                    round.rawValue, candidate.question.rawValue, candidate.index,
                ]
            )
            guard candidate.round == round, db.changesCount == 1 else {
                throw StoreError(
                    .invalidRequest,
                    "candidate \(candidate.index) of question \(candidate.question) is not in round \(round)"
                )
            }
        }
        try writeScores(of: candidates, in: db)
    }

    private func insert(_ candidates: [Candidate], of wave: Wave, round: RoundID, in db: Database) throws {
        let questions = Set(wave.questions)
        let statement = try db.makeStatement(
            sql: """
                INSERT INTO candidates (\(Candidate.rowColumns))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        let texts = try db.makeStatement(
            sql: "INSERT INTO candidate_texts (\(Candidate.textColumns)) VALUES (?, ?, ?, ?)"
        )
        for candidate in candidates {
            guard candidate.round == round, questions.contains(candidate.question),
                !candidate.meanLogProbability.isNaN
            else {
                throw StoreError(
                    .invalidRequest,
                    """
                    candidate \(candidate.index) of question \(candidate.question) does not belong to wave \
                    \(wave.index) of round \(round), or its mean log-probability is not a number
                    """
                )
            }
            try statement.execute(
                arguments: [
                    round.rawValue, candidate.question.rawValue, candidate.index,
                    candidate.tokenCount, candidate.meanLogProbability, candidate.finish.rawValue,
                    candidate.answer, candidate.consistency, candidate.loss, candidate.scores[.ds],
                    candidate.weight, candidate.verdict?.rawValue, candidate.reason?.rawValue,
                ]
            )
            try texts.execute(
                arguments: [round.rawValue, candidate.question.rawValue, candidate.index, candidate.text]
            )
        }
    }
}
