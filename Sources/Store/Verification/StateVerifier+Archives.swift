import GRDB
import Loop

extension StateVerifier {
    /// Archives: whole, of rounds that have ended and left the tables; within each, all that holds for any
    /// other round.
    func checkArchives() throws {
        try rule(
            "archive_round",
            "round % has an archive but has not ended",
            sql:
                "SELECT DISTINCT a.round FROM archives AS a JOIN rounds AS r ON r.id = a.round WHERE r.finished_at IS NULL"
        )
        try rule(
            "archive_rows",
            "round % has an archive and % rows that belong in it",
            sql: """
                SELECT round, count(*) FROM (
                    SELECT round FROM waves UNION ALL SELECT round FROM candidates
                    UNION ALL SELECT round FROM candidate_texts UNION ALL SELECT round FROM scores
                ) WHERE round IN (SELECT round FROM archives) GROUP BY round LIMIT 20
                """
        )
        try rule(
            "archive_parts",
            "the archive of round % has % parts, the last one has number %",
            sql:
                "SELECT round, count(*) AS found, max(part) FROM archives GROUP BY round HAVING found <> max(part) + 1"
        )
        var within: [VerifyReport.Violation] = []
        try rule("archive") {
            let rounds = try Int.fetchAll(db, sql: "SELECT DISTINCT round FROM archives ORDER BY round")
            return try rounds.compactMap { number in
                try checkCancelled()
                let round = RoundID(rawValue: number)
                do {
                    guard let archive = try ArchivedRound(round, in: db) else { return nil }
                    return try archive.read { memory in
                        let look = StateVerifier(memory, state: state, checkCancelled: checkCancelled)
                        try look.checkContents(of: round)
                        within += look.report.violations
                        let (promised, found) = (
                            try db.questionCount(of: round), try memory.liveQuestionCount(of: round)
                        )
                        return promised == found
                            ? nil
                            : "the archive of round \(round) records \(promised) questions and has \(found)"
                    }
                } catch let error as StoreError {
                    return error.message
                }
            }
        }
        report.violations += within
    }

    /// Everything that a round's own rows must keep, for a journal of one round.
    private func checkContents(of round: RoundID) throws {
        try checkWaves()
        try checkSeals(of: [round])
        try checkRetired()
        try checkCandidates()
    }
}
