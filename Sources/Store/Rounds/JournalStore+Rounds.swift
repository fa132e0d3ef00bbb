import GRDB
public import Loop

extension JournalStore {
    /// The round that has begun and not finished, if there is one.
    public func openRound() async throws -> RoundRecord? {
        try await database.read { db in try db.openRound() }
    }

    /// Begins the next round from the current checkpoint.
    public func beginRound(
        seed: UInt64,
        configuration: RoundConfiguration,
        waves: [[QuestionID]],
        events: [RoundEvent]
    ) async throws -> RoundRecord {
        try await database.write("begin") { [self] db in
            if let open = try db.openRound() {
                throw StoreError(.roundOpen, "round \(open.id) is open; finish it before another begins")
            }
            let newest = try Int.fetchOne(db, sql: "SELECT max(id) FROM rounds") ?? 0
            let round = RoundRecord(
                id: RoundID(rawValue: newest + 1),
                parent: try db.currentCheckpoint(),
                phase: .generate,
                seed: seed,
                configuration: configuration,
                startedAt: timestamp
            )
            try removeTrainingSaves(except: nil)
            try db.execute(
                sql: """
                    INSERT INTO rounds (id, parent, phase, seed, configuration, report, started_at, last_question)
                    VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT max(id) FROM questions))
                    """,
                arguments: [
                    round.id.rawValue, round.parent.rawValue, round.phase.rawValue, Int64(bitPattern: seed),
                    try StoredJSON.text(configuration), try StoredJSON.text(round.report), round.startedAt,
                ]
            )
            for (index, questions) in waves.enumerated() {
                try db.execute(
                    sql: #"INSERT INTO waves (round, "index", questions) VALUES (?, ?, ?)"#,
                    arguments: [round.id.rawValue, index, try StoredJSON.text(questions)]
                )
            }
            // Retired between the draw and here: this round has it still.
            try db.execute(
                sql: """
                    UPDATE retirements SET after_round = :round WHERE back_after IS NULL AND question IN
                        (SELECT q.value FROM waves AS w, json_each(w.questions) AS q WHERE w.round = :round)
                    """,
                arguments: ["round": round.id.rawValue]
            )
            try record(events, of: round.id, in: db)
            return round
        }
    }

    /// How many of the newest finished rounds in a row have one outcome.
    ///
    /// Counted since the last rollback, added question, or `resume` of a loop that waits on a plateau.
    ///
    /// - Parameter outcome: Such as rejected.
    /// - Returns: The count.
    /// - Throws: `StoreError`.
    public func streak(of outcome: Outcome) async throws -> Int { try await streak(of: [outcome]) }

    /// How many rounds directly before one were promoted.
    public func promotions(directlyBefore round: RoundID) async throws -> Int {
        try await database.read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM rounds WHERE id < :round AND id > (
                        SELECT coalesce(max(id), 0) FROM rounds WHERE id < :round AND outcome IS NOT 'promoted'
                    )
                    """,
                arguments: ["round": round.rawValue]
            ) ?? 0
        }
    }

    /// Rounds in a row that each have one of some outcomes; see `streak(of:)`.
    ///
    /// - Parameter outcomes: Such as rejected and without data.
    /// - Returns: The count.
    /// - Throws: `StoreError`.
    public func streak(of outcomes: [Outcome]) async throws -> Int {
        let names = outcomes.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return try await database.read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM rounds
                    WHERE finished_at IS NOT NULL AND outcome IN (\(names)) AND id > max(
                        (SELECT streak_after FROM control),
                        (SELECT coalesce(max(id), 0) FROM rounds
                            WHERE finished_at IS NOT NULL AND outcome NOT IN (\(names)))
                    )
                    """
            ) ?? 0
        }
    }

    /// A person resumes a loop on a plateau: rounds that have finished count towards no streak any more.
    ///
    /// - Throws: `StoreError`.
    public func endStreak() async throws {
        try await database.write("streak") { [self] db in try endStreak(in: db) }
    }

    /// Finished rounds count towards a streak only from here on.
    func endStreak(in db: Database) throws {
        try db.execute(
            sql: """
                UPDATE control SET streak_after =
                    (SELECT coalesce(max(id), 0) FROM rounds WHERE finished_at IS NOT NULL)
                """
        )
    }
}
