import GRDB

/// The journal's tables as SQL.
///
/// A migration never changes once it has shipped; a new one is appended.
enum Schema {
    /// The version this code knows, kept in `user_version`.
    static var version: Int { migrations.count }

    /// Brings a database to this version; all migrations are one transaction.
    static func migrate(_ db: Database, file: String, time: String) throws {
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        try checkVersion(found, file: file)
        do {
            try run(from: found, to: version, on: db)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
            throw StoreError.corrupt(file, "it is not of schema \(found), as its user_version says: \(error)")
        }
        if found == 0 {
            try db.execute(
                sql: """
                    INSERT INTO meta (id, created_at) VALUES (1, :time);
                    INSERT INTO checkpoints (id, files, is_promoted, created_at) VALUES (0, '{}', 1, :time);
                    INSERT INTO control (id, current) VALUES (1, 0);
                    """,
                arguments: ["time": time]
            )
        }
        try db.execute(sql: "PRAGMA user_version = \(version)")
    }

    /// The migrations between two versions.
    static func run(from first: Int, to last: Int, on db: Database) throws {
        for migration in migrations[first..<last] { try db.execute(sql: migration) }
    }

    /// The schema that records the model's files.
    static let modelFilesVersion = 8

    /// The schema that has retired questions and corrected answers.
    static let retirementsVersion = 9

    /// The schema that has questions in other words.
    static let variantsVersion = 12
    /// The schema that has levels of questions.
    static let levelsVersion = 13
    /// The schema that has the model's own paraphrases.
    static let paraphrasesVersion = 14

    /// Oldest first.
    private static let migrations = [
        first, second, third, sums, receipts, texts, lastQuestions, scores, retirements, archives,
        preflights, variants, levels, paraphrases,
    ]

    private static let first = """
        CREATE TABLE meta (
            id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
            created_at TEXT NOT NULL,
            model TEXT,
            model_sha256 TEXT,
            CHECK ((model IS NULL) = (model_sha256 IS NULL))
        ) STRICT;

        CREATE TABLE questions (
            id INTEGER NOT NULL PRIMARY KEY CHECK (id > 0),
            text TEXT NOT NULL CHECK (text <> ''),
            choices TEXT NOT NULL,
            answer TEXT,
            rationale TEXT,
            split TEXT NOT NULL CHECK (split IN ('train', 'valid', 'gate', 'test')),
            origin TEXT NOT NULL,
            added_at TEXT NOT NULL,
            UNIQUE (text, choices)
        ) STRICT;
        CREATE INDEX questions_split ON questions (split, id);

        CREATE TABLE checkpoints (
            id INTEGER NOT NULL PRIMARY KEY CHECK (id >= 0),
            round INTEGER UNIQUE REFERENCES rounds (id),
            parent INTEGER REFERENCES checkpoints (id) CHECK (parent < id),
            directory TEXT UNIQUE,
            sha256 TEXT CHECK (length(sha256) = 64),
            files TEXT NOT NULL,
            is_promoted INTEGER NOT NULL DEFAULT 0 CHECK (is_promoted IN (0, 1)),
            is_pinned INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1)),
            created_at TEXT NOT NULL,
            CHECK ((id = 0) = (round IS NULL)),
            CHECK ((id = 0) = (parent IS NULL)),
            CHECK ((id = 0) = (directory IS NULL)),
            CHECK ((id = 0) = (sha256 IS NULL))
        ) STRICT;

        CREATE TABLE rounds (
            id INTEGER NOT NULL PRIMARY KEY CHECK (id > 0),
            parent INTEGER NOT NULL REFERENCES checkpoints (id),
            phase TEXT NOT NULL CHECK (phase IN (
                'generate', 'vote', 'weigh', 'select', 'finetune', 'evaluate', 'promote', 'report'
            )),
            outcome TEXT CHECK (outcome IN ('promoted', 'rejected', 'no_data', 'abandoned', 'failed')),
            checkpoint INTEGER UNIQUE REFERENCES checkpoints (id),
            seed INTEGER NOT NULL,
            configuration TEXT NOT NULL,
            report TEXT NOT NULL,
            failure_count INTEGER NOT NULL DEFAULT 0 CHECK (failure_count >= 0),
            started_at TEXT NOT NULL,
            finished_at TEXT,
            CHECK (finished_at IS NULL OR outcome IS NOT NULL),
            CHECK (outcome IS NULL OR outcome <> 'promoted' OR checkpoint IS NOT NULL)
        ) STRICT;
        CREATE UNIQUE INDEX rounds_one_open ON rounds (finished_at IS NULL) WHERE finished_at IS NULL;

        CREATE TABLE waves (
            round INTEGER NOT NULL REFERENCES rounds (id),
            "index" INTEGER NOT NULL CHECK ("index" >= 0),
            questions TEXT NOT NULL,
            is_done INTEGER NOT NULL DEFAULT 0 CHECK (is_done IN (0, 1)),
            PRIMARY KEY (round, "index")
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE candidates (
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

        CREATE TABLE evaluations (
            checkpoint INTEGER NOT NULL REFERENCES checkpoints (id),
            split TEXT NOT NULL CHECK (split IN ('train', 'valid', 'gate', 'test')),
            basis TEXT NOT NULL,
            question_count INTEGER NOT NULL CHECK (question_count >= 0),
            right_count INTEGER NOT NULL CHECK (right_count BETWEEN 0 AND question_count),
            share REAL NOT NULL,
            lower REAL NOT NULL,
            upper REAL NOT NULL,
            accuracy_per_profile TEXT NOT NULL,
            mean_loss REAL,
            answers TEXT NOT NULL,
            recorded_at TEXT NOT NULL,
            PRIMARY KEY (checkpoint, split)
        ) STRICT;

        CREATE TABLE events (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            round INTEGER REFERENCES rounds (id),
            phase TEXT,
            kind TEXT NOT NULL,
            message TEXT NOT NULL
        ) STRICT;

        CREATE TABLE control (
            id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
            current INTEGER NOT NULL REFERENCES checkpoints (id),
            is_paused INTEGER NOT NULL DEFAULT 0 CHECK (is_paused IN (0, 1)),
            streak_after INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        """

    /// Retention and checkpoints found damaged.
    private static let second = """
        ALTER TABLE checkpoints ADD COLUMN is_pruned INTEGER NOT NULL DEFAULT 0 CHECK (is_pruned IN (0, 1));
        ALTER TABLE checkpoints ADD COLUMN is_corrupt INTEGER NOT NULL DEFAULT 0 CHECK (is_corrupt IN (0, 1));
        ALTER TABLE rounds ADD COLUMN seal TEXT CHECK (length(seal) = 64);
        UPDATE rounds SET configuration = json_set(configuration, '$.collapse', json('{
            "minEntropy": 0, "minDistinctAnswers": 0, "minMeanTokens": 0, "minParsedShare": 0,
            "maxDuplicateShare": 1, "maxLengthChange": 1000000
        }'));
        """

    /// Rollbacks, so that the last one can be undone.
    private static let third = """
        CREATE TABLE rollbacks (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            previous INTEGER NOT NULL REFERENCES checkpoints (id),
            target INTEGER NOT NULL REFERENCES checkpoints (id) CHECK (target <> previous)
        ) STRICT;
        """

    /// What lists and monitoring need from every round, copied out of its report, so that they need not read
    /// reports.
    ///
    /// Columns kept by a trigger and not generated ones, since SQLite 3.40 and older use no index on those
    /// alone.
    private static let sums = """
        ALTER TABLE rounds ADD COLUMN generated_count INTEGER;
        ALTER TABLE rounds ADD COLUMN generated_token_count INTEGER;
        ALTER TABLE rounds ADD COLUMN trained_token_count INTEGER;
        ALTER TABLE rounds ADD COLUMN gate_share REAL;
        CREATE TRIGGER rounds_sums AFTER UPDATE OF report, outcome, finished_at ON rounds
        WHEN json_valid(new.report) BEGIN
            UPDATE rounds SET
                generated_count = CAST(json_extract(report, '$.generatedCount') AS INTEGER),
                generated_token_count = CAST(json_extract(report, '$.generatedTokenCount') AS INTEGER),
                trained_token_count = CAST(json_extract(report, '$.trainedTokenCount') AS INTEGER),
                gate_share = iif(finished_at IS NULL, NULL, CAST(json_extract(
                    report, iif(outcome = 'promoted', '$.gate.after.share', '$.gate.before.share')
                ) AS REAL))
            WHERE id = new.id;
        END;
        UPDATE rounds SET report = report;
        CREATE INDEX rounds_totals ON rounds (
            outcome, id, generated_count, generated_token_count, trained_token_count
        );
        CREATE INDEX rounds_gate ON rounds (id, gate_share) WHERE gate_share IS NOT NULL;
        """

    /// Replies to requests that may be sent again.
    private static let receipts = """
        CREATE TABLE receipts (
            key TEXT NOT NULL PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 64),
            request TEXT NOT NULL CHECK (length(request) = 64),
            reply TEXT NOT NULL,
            time TEXT NOT NULL
        ) STRICT;
        CREATE INDEX receipts_time ON receipts (time);
        """

    /// Texts in their own table, so that a phase that adds a verdict does not write each text again.
    ///
    /// With row ids, unlike the candidates: long rows make a poor key.
    private static let texts = """
        CREATE TABLE candidate_texts (
            round INTEGER NOT NULL,
            question INTEGER NOT NULL,
            "index" INTEGER NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (round, question, "index"),
            FOREIGN KEY (round, question, "index") REFERENCES candidates (round, question, "index")
        ) STRICT;
        INSERT INTO candidate_texts SELECT round, question, "index", text FROM candidates
            ORDER BY round, question, "index";
        ALTER TABLE candidates DROP COLUMN text;
        """

    /// The highest question a round began with: what is added later counts from the next round.
    ///
    /// Not under a round's seal, which is older; null in rounds of earlier versions, which took questions as
    /// they came.
    private static let lastQuestions = """
        ALTER TABLE rounds ADD COLUMN last_question INTEGER REFERENCES questions (id);
        """

    /// What scorers have found apart from loss and DS weight, which are columns of candidates; which columns
    /// a seal covers; the files that the model was made of, each with its SHA-256.
    private static let scores = """
        CREATE TABLE scores (
            round INTEGER NOT NULL,
            question INTEGER NOT NULL,
            "index" INTEGER NOT NULL,
            name TEXT NOT NULL CHECK (name <> '' AND name <> 'ds'),
            value REAL NOT NULL,
            PRIMARY KEY (round, question, "index", name),
            FOREIGN KEY (round, question, "index") REFERENCES candidates (round, question, "index")
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE rounds ADD COLUMN seal_version INTEGER CHECK (seal_version >= 1);
        ALTER TABLE meta ADD COLUMN model_files TEXT;
        """

    /// Questions out of use, and answers that were corrected: each with the last round that began before it.
    ///
    /// A retired question may be there again with another answer, so texts are no longer unique: the table is
    /// made again, which needs foreign keys to be off.
    private static let retirements = """
        CREATE TABLE questions_again (
            id INTEGER NOT NULL PRIMARY KEY CHECK (id > 0),
            text TEXT NOT NULL CHECK (text <> ''),
            choices TEXT NOT NULL,
            answer TEXT,
            rationale TEXT,
            split TEXT NOT NULL CHECK (split IN ('train', 'valid', 'gate', 'test')),
            origin TEXT NOT NULL,
            added_at TEXT NOT NULL
        ) STRICT;
        INSERT INTO questions_again SELECT id, text, choices, answer, rationale, split, origin, added_at
            FROM questions ORDER BY id;
        DROP TABLE questions;
        ALTER TABLE questions_again RENAME TO questions;
        CREATE INDEX questions_split ON questions (split, id);
        CREATE INDEX questions_text ON questions (text, choices);

        CREATE TABLE retirements (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            question INTEGER NOT NULL REFERENCES questions (id),
            after_round INTEGER NOT NULL CHECK (after_round >= 0),
            retired_at TEXT NOT NULL,
            back_after INTEGER CHECK (back_after >= after_round),
            back_at TEXT,
            CHECK ((back_after IS NULL) = (back_at IS NULL))
        ) STRICT;
        CREATE INDEX retirements_question ON retirements (question);
        CREATE UNIQUE INDEX retirements_present ON retirements (question) WHERE back_after IS NULL;

        CREATE TABLE corrections (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            question INTEGER NOT NULL REFERENCES questions (id),
            after_round INTEGER NOT NULL CHECK (after_round >= 0),
            answer TEXT,
            rationale TEXT,
            origin TEXT NOT NULL,
            corrected_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX corrections_question ON corrections (question, id);
        """

    /// Finished rounds whose waves, candidates and scores are compressed; up to which number events were
    /// removed.
    private static let archives = """
        CREATE TABLE archives (
            round INTEGER NOT NULL REFERENCES rounds (id),
            part INTEGER NOT NULL CHECK (part >= 0),
            format INTEGER NOT NULL CHECK (format >= 1),
            first_question INTEGER NOT NULL,
            last_question INTEGER NOT NULL CHECK (last_question >= first_question),
            question_count INTEGER NOT NULL CHECK (question_count >= 0),
            byte_count INTEGER NOT NULL CHECK (byte_count > 0),
            sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
            content BLOB NOT NULL,
            PRIMARY KEY (round, part)
        ) STRICT;
        ALTER TABLE control ADD COLUMN events_after INTEGER NOT NULL DEFAULT 0 CHECK (events_after >= 0);
        """

    /// What preflight has found before the first round: at most one row, the newest report as JSON.
    private static let preflights = """
        CREATE TABLE preflights (
            id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
            recorded_at TEXT NOT NULL,
            report TEXT NOT NULL
        ) STRICT;
        """

    /// The same questions in other words, as a JSON list, each with the last round that began before it.
    private static let variants = """
        CREATE TABLE variants (
            question INTEGER NOT NULL REFERENCES questions (id),
            after_round INTEGER NOT NULL CHECK (after_round >= 0),
            texts TEXT NOT NULL,
            PRIMARY KEY (question, after_round)
        ) STRICT, WITHOUT ROWID;
        """

    /// How hard questions are, each with the last round that began before it was said.
    private static let levels = """
        CREATE TABLE levels (
            question INTEGER NOT NULL REFERENCES questions (id),
            after_round INTEGER NOT NULL CHECK (after_round >= 0),
            level INTEGER NOT NULL CHECK (level >= 0),
            PRIMARY KEY (question, after_round)
        ) STRICT, WITHOUT ROWID;
        """

    /// What the model wrote for questions that a round asked it to put into other words: kept texts as a JSON
    /// list, refusals as a JSON object of counts.
    private static let paraphrases = """
        CREATE TABLE paraphrases (
            question INTEGER NOT NULL REFERENCES questions (id),
            round INTEGER NOT NULL REFERENCES rounds (id),
            texts TEXT NOT NULL,
            refusals TEXT NOT NULL,
            token_count INTEGER NOT NULL CHECK (token_count >= 0),
            PRIMARY KEY (question, round)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX paraphrases_round ON paraphrases (round, question);
        """
}
