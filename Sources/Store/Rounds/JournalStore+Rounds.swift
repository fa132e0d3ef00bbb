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
            try record(events, of: round.id, in: db)
            return round
        }
    }

    /// The waves of a round in order.
    public func waves(of round: RoundID) async throws -> [Wave] {
        try await database.read { db in
            try Row.fetchAll(
                db,
                sql: #"SELECT \#(Wave.columns) FROM waves WHERE round = ? ORDER BY "index""#,
                arguments: [round.rawValue]
            ).map(Wave.init)
        }
    }

    /// Ends a phase: writes changed candidates, the report, the new phase and the events at once.
    public func advance(
        _ round: RoundRecord,
        candidates: [Candidate],
        events: [RoundEvent]
    ) async throws {
        try await database.write("advance-\(round.phase.rawValue)") { [self] db in
            let stored = try db.openRound(round.id)
            guard round.outcome != .promoted || stored.outcome == .promoted else {
                throw StoreError(
                    .invalidRequest,
                    "round \(round.id) cannot become promoted by advancing; decide it"
                )
            }
            try db.update(closed(round, over: stored))
            try update(candidates, of: round.id, in: db)
            if round.finishedAt != nil { try RoundSeal.put(on: round.id, in: db) }
            try record(events, of: round.id, in: db)
        }
    }

    /// Records the verdict: the outcome, and for `promoted` the new current checkpoint, in one transaction.
    public func decide(_ round: RoundRecord, events: [RoundEvent]) async throws {
        try await database.write("decide") { [self] db in
            let stored = try db.openRound(round.id)
            guard let outcome = round.outcome, stored.outcome == nil else {
                let found = (stored.outcome ?? round.outcome)?.rawValue ?? "no outcome"
                throw StoreError(
                    .invalidRequest,
                    "cannot decide round \(round.id), which has \(found); a verdict is given once"
                )
            }
            try db.update(closed(round, over: stored))
            if outcome == .promoted, let checkpoint = stored.checkpoint?.rawValue {
                try db.execute(
                    sql: """
                        UPDATE checkpoints SET is_promoted = 1 WHERE id = :checkpoint;
                        UPDATE control SET current = :checkpoint;
                        """,
                    arguments: ["checkpoint": checkpoint]
                )
            }
            try record(events, of: round.id, in: db)
        }
    }

    /// Rounds in a row with one outcome at the end of the list of finished rounds, since the last rollback, added
    /// question or word of a person to go on from a plateau.
    ///
    /// - Parameter outcome: Such as rejected.
    /// - Returns: The count.
    /// - Throws: `StoreError`.
    public func streak(of outcome: Outcome) async throws -> Int {
        try await database.read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM rounds WHERE finished_at IS NOT NULL AND outcome = :outcome AND id > max(
                        (SELECT streak_after FROM control),
                        (SELECT coalesce(max(id), 0) FROM rounds
                            WHERE finished_at IS NOT NULL AND outcome <> :outcome)
                    )
                    """,
                arguments: ["outcome": outcome.rawValue]
            ) ?? 0
        }
    }

    /// A person says to go on from a plateau: finished rounds count towards no streak any more.
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

    /// A round as it goes into its row: an empty finishing time becomes now, what only the journal counts stays,
    /// and a checkpoint once recorded cannot be lost.
    func closed(_ round: RoundRecord, over stored: RoundRecord) -> RoundRecord {
        var round = round
        if round.finishedAt == "" { round.finishedAt = timestamp }
        round.checkpoint = stored.checkpoint
        // Waves add their seconds to the row; a caller's older copy must not take them away.
        round.report.secondsPerPhase.merge(stored.report.secondsPerPhase, uniquingKeysWith: max)
        return round
    }
}
