import GRDB
import Loop

/// Rows of the journal as the loop's types; each column list is next to the code that reads it.
extension Row {
    /// A text column as a case of an enumeration.
    func value<Value: RawRepresentable<String>>(_ type: Value.Type, _ index: Int) throws -> Value {
        let text: String = self[index]
        guard let value = Value(rawValue: text) else {
            throw StoreError(
                .databaseCorrupt,
                "unknown \(type) \(text) in the journal; use the newer version"
            )
        }
        return value
    }

    /// A nullable text column as a case of an enumeration.
    func optionalValue<Value: RawRepresentable<String>>(_ type: Value.Type, _ index: Int) throws -> Value? {
        try hasNull(atIndex: index) ? nil : value(type, index)
    }

    /// A text column that holds JSON.
    func json<Value: Decodable>(_ type: Value.Type, _ index: Int) throws -> Value {
        try StoredJSON.value(type, from: self[index])
    }

    /// A nullable number that names a row.
    func optionalID<ID: IntegerID>(_ type: ID.Type, _ index: Int) -> ID? {
        let number: Int? = self[index]
        return number.map(ID.init(rawValue:))
    }
}

extension Question {
    /// Questions with the answers, variants, levels and paraphrases that count in round `:round`; a number that no round
    /// has yet takes the newest.
    static let selection = selection(of: Schema.version)

    /// The same from a journal of a schema that may not have variants, levels or paraphrases yet.
    ///
    /// - Parameter version: The journal's schema, which has corrections.
    /// - Returns: The query, with null in place of what there is not.
    static func selection(of version: Int) -> String {
        selection(
            variants: version >= Schema.variantsVersion ? newest("texts", of: "variants") : "NULL",
            level: version >= Schema.levelsVersion ? newest("level", of: "levels") : "NULL",
            paraphrases: version >= Schema.paraphrasesVersion ? newestParaphrases : "NULL"
        )
    }

    private static func newest(_ column: String, of table: String) -> String {
        """
        (SELECT \(column) FROM \(table) WHERE question = q.id AND after_round < :round \
        ORDER BY after_round DESC LIMIT 1)
        """
    }

    /// Those of the round itself count, too: it writes them before it uses them.
    private static let newestParaphrases = """
        (SELECT texts FROM paraphrases WHERE question = q.id AND round <= :round AND texts <> '[]' \
        ORDER BY round DESC LIMIT 1)
        """

    private static func selection(variants: String, level: String, paraphrases: String) -> String {
        """
        SELECT q.id, q.text, q.choices, iif(c.id IS NULL, q.answer, c.answer),
            iif(c.id IS NULL, q.rationale, c.rationale), q.split, q.origin, \(variants), \(level),
            \(paraphrases)
        FROM questions AS q LEFT JOIN corrections AS c ON c.id = (
            SELECT max(id) FROM corrections WHERE question = q.id AND after_round < :round
        )
        """
    }

    /// Whether a question `q` is out of use in round `:round`; a number that no round has yet means from now
    /// on.
    static let isRetired = """
        EXISTS (SELECT 1 FROM retirements AS r WHERE r.question = q.id AND r.after_round < :round
            AND coalesce(r.back_after, :round) >= :round)
        """

    /// Stands for the next round in `selection` and `isRetired`.
    static let nextRound = Int.max

    init(_ row: Row) throws {
        // Numeric questions have no options, and a round reads all questions several times.
        let choices: String = row[2]
        var content = try QuestionInput(
            text: row[1],
            choices: choices == "[]" ? [] : row.json([String].self, 2),
            answer: row[3],
            rationale: row[4],
            level: row[8],
            split: row.value(Split.self, 5),
            origin: row[6],
            variants: row.hasNull(atIndex: 7) ? [] : row.json([String].self, 7)
        )
        if !row.hasNull(atIndex: 9) { content.paraphrases = try row.json([String].self, 9) }
        self.init(id: QuestionID(rawValue: row[0]), content: content)
    }
}

extension RoundRecord {
    static let columns = """
        id, parent, phase, outcome, checkpoint, seed, configuration, report, failure_count, started_at, finished_at
        """

    init(_ row: Row) throws {
        // SQLite's integers are signed; the seed keeps its bits.
        let seed: Int64 = row[5]
        self.init(
            id: RoundID(rawValue: row[0]),
            parent: CheckpointID(rawValue: row[1]),
            phase: try row.value(Phase.self, 2),
            outcome: try row.optionalValue(Outcome.self, 3),
            checkpoint: row.optionalID(CheckpointID.self, 4),
            seed: UInt64(bitPattern: seed),
            configuration: try row.json(RoundConfiguration.self, 6),
            report: try row.json(RoundReport.self, 7),
            failureCount: row[8],
            startedAt: row[9],
            finishedAt: row[10]
        )
    }
}

extension RoundOutline {
    // SQLite leaves the lists out: it copies a report much faster than a decoder reads one. A damaged report
    // comes as it is, for the decoder to say so.
    static let columns = """
        id, parent, phase, outcome, checkpoint, \
        iif(json_valid(report), json_remove(report, \(listPaths)), report), started_at, finished_at
        """
    private static let listPaths = listKeys.map { "'$.\($0)'" }.joined(separator: ", ")

    init(_ row: Row) throws {
        self.init(
            id: RoundID(rawValue: row[0]),
            parent: CheckpointID(rawValue: row[1]),
            phase: try row.value(Phase.self, 2),
            outcome: try row.optionalValue(Outcome.self, 3),
            checkpoint: row.optionalID(CheckpointID.self, 4),
            report: try row.json(RoundReport.self, 5),
            startedAt: row[6],
            finishedAt: row[7]
        )
    }
}

extension Wave {
    static let columns = #""index", questions, is_done"#

    init(_ row: Row) throws {
        self.init(index: row[0], questions: try row.json([QuestionID].self, 1), isDone: row[2])
    }
}

extension Candidate {
    /// Columns of `candidates` with the text from its own table; null where there is none.
    static let columns = columns(text: textQuery)

    /// The same with an empty text.
    static let columnsWithoutText = columns(text: "''")

    /// The text of a row of `candidates`.
    static let textQuery = """
        (SELECT t.text FROM candidate_texts AS t WHERE t.round = candidates.round \
        AND t.question = candidates.question AND t."index" = candidates."index")
        """

    /// Columns of `candidate_texts`.
    static let textColumns = #"round, question, "index", text"#

    /// Columns that are written when a candidate is new.
    static let rowColumns = """
        round, question, "index", token_count, mean_log_probability, finish, \
        answer, consistency, loss, ds_weight, weight, verdict, reason
        """

    private static func columns(text: String) -> String {
        """
        round, question, "index", \(text) AS text, token_count, mean_log_probability, finish, \
        answer, consistency, loss, ds_weight, weight, verdict, reason
        """
    }

    init(_ row: Row) throws {
        let text: String? = row[3]
        guard let text else {
            throw StoreError(
                .databaseCorrupt,
                "candidate \(row[2] ?? -1) of question \(row[1] ?? -1) has lost its text; restore the journal"
            )
        }
        self.init(
            round: RoundID(rawValue: row[0]),
            question: QuestionID(rawValue: row[1]),
            index: row[2],
            text: text,
            tokenCount: row[4],
            meanLogProbability: row[5],
            finish: try row.value(FinishReason.self, 6)
        )
        answer = row[7]
        consistency = row[8]
        loss = row[9]
        scores[.ds] = row[10]
        weight = row[11]
        verdict = try row.optionalValue(Verdict.self, 12)
        reason = (row[13] as String?).map(VerdictReason.init(rawValue:))
    }
}

extension EvaluationSummary {
    static let columns = """
        split, question_count, right_count, share, lower, upper, accuracy_per_profile, mean_loss
        """

    init(_ row: Row) throws {
        self.init(
            split: try row.value(Split.self, 0),
            accuracy: Accuracy(
                count: row[1],
                rightCount: row[2],
                share: row[3],
                lower: row[4],
                upper: row[5]
            ),
            accuracyPerProfile: try row.json([String: Double].self, 6),
            meanLoss: row[7]
        )
    }
}

extension RoundEvent {
    static let columns = "id, time, round, phase, kind, message"

    init(_ row: Row) throws {
        self.init(
            try row.value(EventKind.self, 4),
            round: row.optionalID(RoundID.self, 2),
            phase: try row.optionalValue(Phase.self, 3),
            message: row[5],
            id: row[0],
            time: row[1]
        )
    }
}
