import GRDB
import Loop
import Store
import Testing

/// A journal from before texts had a table of their own is read as it was written.
@Suite struct TextsMigrationTests {
    let state = TemporaryState()

    private var path: String { state.path + "/journal.sqlite" }

    /// Runs a round with candidates of every verdict to its end.
    private func fill() async throws -> [Candidate] {
        let store = try state.open()
        let ids = try await store.add(trainTexts.map { question($0) })
        var round = try await store.beginRound(
            seed: 1,
            configuration: RoundConfiguration(),
            waves: [ids],
            events: [RoundEvent(.roundStarted, phase: .generate, message: "begun")]
        )
        var candidates = ids.flatMap { id in (0..<15).map { candidate(round.id, id, $0) } }
        for index in candidates.indices { candidates[index].text += " \(index) é\n" }
        try await store.commitWave(
            Wave(index: 0, questions: ids),
            of: round.id,
            candidates: candidates,
            seconds: 1
        )
        for index in candidates.indices {
            candidates[index].answer = index % 4 == 0 ? nil : "3"
            candidates[index].loss = index % 3 == 0 ? nil : Double(index) / 3
            candidates[index].settle(.dropped, index % 2 == 0 ? .unparsed : .outvoted)
        }
        (round.phase, round.outcome, round.finishedAt) = (.vote, .noData, "")
        try await store.advance(round, candidates: candidates, events: [])
        return candidates
    }

    /// Makes the journal what the version before would have written: texts among the columns of candidates.
    private func age() throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    PRAGMA foreign_keys = OFF;
                    DROP TABLE paraphrases;
                    DROP TABLE variants;
                    DROP TABLE levels;
                    DROP TABLE preflights;
                    DROP TABLE archives;
                    ALTER TABLE control DROP COLUMN events_after;
                    DROP TABLE retirements;
                    DROP TABLE corrections;
                    DROP TABLE scores;
                    ALTER TABLE rounds DROP COLUMN seal_version;
                    ALTER TABLE meta DROP COLUMN model_files;
                    CREATE TABLE old (
                        round INTEGER NOT NULL REFERENCES rounds (id),
                        question INTEGER NOT NULL REFERENCES questions (id),
                        "index" INTEGER NOT NULL CHECK ("index" >= 0),
                        text TEXT NOT NULL,
                        token_count INTEGER NOT NULL CHECK (token_count >= 0),
                        mean_log_probability REAL NOT NULL,
                        finish TEXT NOT NULL CHECK (finish IN ('stop', 'length')),
                        answer TEXT,
                        consistency REAL CHECK (consistency BETWEEN 0 AND 1),
                        loss REAL,
                        ds_weight REAL,
                        weight REAL NOT NULL,
                        verdict TEXT CHECK (verdict IN ('kept', 'dropped')),
                        reason TEXT,
                        PRIMARY KEY (round, question, "index"),
                        CHECK ((verdict IS NULL) = (reason IS NULL))
                    ) STRICT, WITHOUT ROWID;
                    INSERT INTO old SELECT c.round, c.question, c."index", t.text, c.token_count,
                        c.mean_log_probability, c.finish, c.answer, c.consistency, c.loss, c.ds_weight,
                        c.weight, c.verdict, c.reason
                    FROM candidates AS c JOIN candidate_texts AS t USING (round, question, "index");
                    DROP TABLE candidate_texts;
                    DROP TABLE candidates;
                    ALTER TABLE old RENAME TO candidates;
                    ALTER TABLE rounds DROP COLUMN last_question;
                    PRAGMA user_version = 5;
                    """
            )
        }
        try queue.close()
    }

    @Test func `candidates and seals are what they were`() async throws {
        let candidates = try await fill()
        try age()

        let store = try state.open()

        #expect(try await store.candidates(of: RoundID(rawValue: 1)) == candidates)
        #expect(
            try await store.candidates(of: RoundID(rawValue: 1), offset: 16, limit: 1) == [candidates[16]]
        )
        let report = try await store.verify()
        #expect(report.violations == [])
    }

    @Test func `a seal counts texts in the place they had`() async throws {
        _ = try await fill()
        try age()
        try await DatabaseQueue(path: path).write { db in
            try db.execute(
                sql: "UPDATE candidates SET text = text || '.' WHERE question = 2 AND \"index\" = 7"
            )
        }

        let report = try await state.open().verify()

        #expect(report.violations.map(\.rule) == ["round_seal"])
    }

    @Test func `a lost text is an error by name and breaks a rule`() async throws {
        _ = try await fill()
        try await DatabaseQueue(path: path).write { db in
            try db.execute(sql: "DELETE FROM candidate_texts WHERE question = 2 AND \"index\" = 7")
        }
        let store = try state.open()

        let message = await expectError(.databaseCorrupt) {
            _ = try await store.candidates(of: RoundID(rawValue: 1))
        }

        #expect(message.contains("candidate 7 of question 2"))
        let rules = try await store.verify().violations.map(\.rule)
        #expect(rules == ["round_seal", "candidate_text"])
    }

    @Test func `a new journal has large pages`() async throws {
        try await { try await state.open().append([RoundEvent(.started, message: "ready")]) }()

        let size = try await DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "PRAGMA page_size") }

        #expect(size == 16_384)
    }
}
