import Foundation
import GRDB
import Testing

/// Turns the journal of a short real run into that of a very long one: rounds, checkpoints, candidates and
/// events are copies of the last real round's with other numbers, made by SQL in seconds.
///
/// The real checkpoints stay, and one of them stays current; the adapters of the copies count as removed by
/// retention. The last round is much larger than the others.
struct BigJournal {
    /// Rounds in all, the real ones included.
    let roundCount: Int
    /// Candidates in all but for the real ones.
    let candidateCount: Int
    /// The large round.
    var largeRound: Int { roundCount }
    /// The first question that only the large round has.
    private(set) var firstQuestion = 0
    /// The newest event.
    private(set) var lastEvent = 0

    private static let candidatesPerQuestion = 4
    private static let questionsPerRound = 22
    private static let phases = [
        "generate", "vote", "weigh", "select", "finetune", "evaluate", "promote", "report",
    ]

    /// Fills a state directory that no daemon holds.
    ///
    /// - Parameters:
    ///   - state: The state directory of a run that has ended.
    ///   - roundCount: How many rounds it has.
    ///   - candidateCount: How many candidates they have together.
    /// - Throws: What SQLite refuses, and when the rows do not fit together.
    init(fill state: String, roundCount: Int, candidateCount: Int) throws {
        self.roundCount = roundCount
        self.candidateCount = candidateCount
        var configuration = Configuration()
        // Rounds and checkpoints name each other; everything is checked at the end.
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: state + "/journal.sqlite", configuration: configuration)
        let (question, event) = try queue.write { db in
            let real = try #require(try Int.fetchOne(db, sql: "SELECT max(id) FROM rounds"))
            let small = (roundCount - real - 1) * Self.questionsPerRound * Self.candidatesPerQuestion
            let large = (candidateCount - small) / Self.candidatesPerQuestion
            try #require(large > Self.questionsPerRound)
            let first = try Self.addQuestions(large, in: db)
            try Self.addRounds(from: real, to: roundCount, in: db)
            try Self.addCandidates(real + 1..<roundCount, first..<first + Self.questionsPerRound, in: db)
            try Self.addCandidates(roundCount..<roundCount + 1, first..<first + large, in: db)
            try Self.addRest(after: real, in: db)
            let broken = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check")
            try #require(broken.isEmpty, "\(broken.prefix(3))")
            return (first, try Int.fetchOne(db, sql: "SELECT max(id) FROM events") ?? 0)
        }
        try queue.close()
        (firstQuestion, lastEvent) = (question, event)
    }

    private static func addQuestions(_ count: Int, in db: Database) throws -> Int {
        let last = try Int.fetchOne(db, sql: "SELECT max(id) FROM questions") ?? 0
        try db.execute(
            sql: """
                WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < :count)
                INSERT INTO questions (id, text, choices, answer, split, origin, added_at)
                SELECT :last + i, printf('How much is %d and %d?', i, 2 * i), '[]', 3 * i, 'train',
                    'big.jsonl:' || i, '2026-01-01T00:00:00Z' FROM n
                """,
            arguments: ["count": count, "last": last]
        )
        return last + 1
    }

    private static func addRounds(from real: Int, to count: Int, in db: Database) throws {
        // Every third round is promoted and is the parent of the next three; a few had no data.
        try db.execute(
            sql: """
                WITH RECURSIVE n (id) AS (VALUES (:real + 1) UNION ALL SELECT id + 1 FROM n WHERE id < :count)
                INSERT INTO rounds (
                    id, parent, phase, outcome, checkpoint, seed, configuration, report, started_at, finished_at
                )
                SELECT n.id, max(:real, (n.id - 1) / 3 * 3), 'report',
                    CASE WHEN n.id % 3 = 0 THEN 'promoted' WHEN n.id % 31 = 1 THEN 'no_data' ELSE 'rejected' END,
                    iif(n.id % 3 <> 0 AND n.id % 31 = 1, NULL, n.id), n.id, configuration, report,
                    started_at, finished_at
                FROM n, rounds AS r WHERE r.id = :real
                """,
            arguments: ["real": real, "count": count]
        )
        try db.execute(
            sql: """
                UPDATE rounds SET report = json_set(
                    report, '$.gate.after.share', 0.4 + (id % 50) / 100.0, '$.generatedCount', :generated
                ) WHERE id > :real
                """,
            arguments: ["real": real, "generated": questionsPerRound * candidatesPerQuestion]
        )
        try db.execute(
            sql: """
                INSERT INTO checkpoints (
                    id, round, parent, directory, sha256, files, is_promoted, is_pruned, created_at
                )
                SELECT id, id, parent, printf('%06d', id), printf('%064x', id),
                    json_object('adapter_model.safetensors', printf('%064x', id)), outcome = 'promoted', 1, finished_at
                FROM rounds WHERE id > :real AND checkpoint IS NOT NULL;
                """,
            arguments: ["real": real]
        )
    }

    /// Candidates of every kind that a round knows, for some rounds and questions.
    private static func addCandidates(
        _ rounds: Range<Int>,
        _ questions: Range<Int>,
        in db: Database
    ) throws {
        try db.execute(
            sql: """
                WITH RECURSIVE
                    r (id) AS (VALUES (:round) UNION ALL SELECT id + 1 FROM r WHERE id + 1 < :endRound),
                    i (id) AS (VALUES (0) UNION ALL SELECT id + 1 FROM i WHERE id + 1 < :count),
                    c (round, question, i, kind, spread) AS (
                        SELECT r.id, q.id, i.id, (q.id + i.id) % 6, (q.id * 7919 + i.id * 104729 + r.id) % 1000 / 1000.0
                        FROM r, questions AS q, i WHERE q.id >= :question AND q.id < :endQuestion
                    )
                INSERT INTO candidates
                SELECT round, question, i, 24, -0.25, iif(kind = 5, 'length', 'stop'), iif(kind = 5, NULL, question % 100), 0.75,
                    iif(kind >= 4, NULL, 0.3 + spread), iif(kind >= 4, NULL, 1 + 3 * spread), 1.0,
                    iif(kind <= 1, 'kept', 'dropped'),
                    CASE kind WHEN 5 THEN 'truncated' WHEN 4 THEN 'outvoted' WHEN 3 THEN 'ds_weight'
                        WHEN 2 THEN 'ds_weight' ELSE 'selected' END
                FROM c
                """,
            arguments: [
                "round": rounds.lowerBound, "endRound": rounds.upperBound, "count": candidatesPerQuestion,
                "question": questions.lowerBound, "endQuestion": questions.upperBound,
            ]
        )
        try db.execute(
            sql: """
                INSERT INTO candidate_texts (round, question, "index", text)
                SELECT round, question, "index",
                    printf(' %d + %d = %d. %d + %d = %d. The answer is %d. ', "index", round, "index" + round, question,
                        "index", question + "index", question) || hex(randomblob(16))
                FROM candidates
                WHERE round >= :round AND round < :endRound AND question >= :question AND question < :endQuestion
                """,
            arguments: [
                "round": rounds.lowerBound, "endRound": rounds.upperBound,
                "question": questions.lowerBound, "endQuestion": questions.upperBound,
            ]
        )
        try db.execute(
            sql: """
                INSERT INTO waves (round, "index", questions, is_done)
                SELECT r.id, 0, q.list, 1 FROM rounds AS r, (
                    SELECT json_group_array(id) AS list FROM questions WHERE id >= :question AND id < :endQuestion
                ) AS q WHERE r.id >= :round AND r.id < :endRound
                """,
            arguments: [
                "round": rounds.lowerBound, "endRound": rounds.upperBound,
                "question": questions.lowerBound, "endQuestion": questions.upperBound,
            ]
        )
    }

    /// Evaluations as the last real checkpoint's, and the events of each round.
    private static func addRest(after real: Int, in db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO evaluations
                SELECT c.id, e.split, e.basis, e.question_count, e.right_count, e.share, e.lower, e.upper,
                    e.accuracy_per_profile, e.mean_loss, e.answers, e.recorded_at
                FROM checkpoints AS c, evaluations AS e WHERE c.id > :real AND e.checkpoint = :real
                """,
            arguments: ["real": real]
        )
        try db.execute(
            sql: """
                INSERT INTO events (time, round, phase, kind, message)
                SELECT r.started_at, r.id, p.value, iif(p.key = 0, 'round_started', 'phase_finished'),
                    p.value || ': 467 candidates weighed (104 texts), mean valid loss 0.859 in 16 s'
                FROM rounds AS r, json_each(:phases) AS p WHERE r.id > :real ORDER BY r.id, p.key
                """,
            arguments: ["real": real, "phases": "[\"" + phases.joined(separator: "\",\"") + "\"]"]
        )
        try db.execute(
            sql: """
                INSERT INTO events (time, round, phase, kind, message)
                SELECT finished_at, id, 'promote', iif(outcome = 'no_data', 'round_ended', 'round_' || outcome),
                    'checkpoint ' || id || ' ' || outcome FROM rounds WHERE id > :real
                """,
            arguments: ["real": real]
        )
    }
}
