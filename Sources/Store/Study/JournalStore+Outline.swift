import GRDB
public import Loop

/// The first round of a state directory, with what its incumbent and its checkpoint answered.
public struct FirstRound: Sendable {
    /// The round.
    public let round: RoundRecord
    /// The incumbent's evaluations.
    public let before: [Split: Evaluation]
    /// The new checkpoint's; empty without one.
    public let after: [Split: Evaluation]
    /// A digest of the model's weights and of the files that take part; nil before a model is bound.
    public let model: String?
    /// `QuestionDigest` of the questions that the round began with, by split.
    public let questions: [Split: String]
    private let binding: ModelBinding?

    /// Reads it from a journal.
    fileprivate init(of directory: String, in db: Database) throws {
        round = try db.round(RoundID(rawValue: 1))
        before = try db.evaluations(of: round.parent)
        after = try round.checkpoint.map { try db.evaluations(of: $0) } ?? [:]
        questions = try db.questionDigests(of: round.id)
        binding = try db.binding(of: directory)
        model = try binding?.digest
    }

    /// Refuses another model than that of the directory, or another file of the same one.
    ///
    /// - Parameter model: The model that runs.
    /// - Throws: `StoreError` `other_model`, as `JournalStore.bind` does.
    public func checkModel(_ model: ModelIdentity) throws { try binding?.check(model) }
}

/// What makes two sets of questions the same: text, choices, answer, rationale, variants and level of each,
/// in order.
public enum QuestionDigest {
    /// The digest of questions.
    ///
    /// - Parameter questions: The questions in order.
    /// - Returns: SHA-256 as hex.
    /// - Throws: When a text cannot be written as JSON.
    public static func of(_ questions: [QuestionInput]) throws -> String {
        struct Content: Encodable {
            let text: String
            let choices: [String]
            let answer: String?
            let rationale: String?
            /// Nil without any: digests of before there were variants stay what they are.
            let variants: [String]?
            /// Left out where there is none, so that sets without levels have the digest that they had.
            let level: Int?
        }
        let contents = questions.map {
            Content(
                text: $0.text,
                choices: $0.choices,
                answer: $0.answer,
                rationale: $0.rationale,
                variants: $0.variants.isEmpty ? nil : $0.variants,
                level: $0.level
            )
        }
        return FileDigest.hex(try StoredJSON.text(contents))
    }

    /// The digest of each split's questions.
    ///
    /// - Parameter questions: Questions of all splits.
    /// - Returns: One digest a split, also where it has no question.
    /// - Throws: When a text cannot be written as JSON.
    public static func perSplit(_ questions: [QuestionInput]) throws -> [Split: String] {
        Dictionary(
            uniqueKeysWithValues: try Split.allCases.map { split in
                (split, try of(questions.filter { $0.split == split }))
            }
        )
    }
}

extension JournalStore {
    /// Reads the first round of a state directory, whether a process holds it or not; changes nothing.
    ///
    /// - Parameter path: The directory.
    /// - Returns: The round; nil when there is no journal or no round in it.
    /// - Throws: `StoreError` when the journal cannot be read.
    public static func firstRound(of path: String) throws -> FirstRound? {
        let state = StateDirectory(path)
        guard DurableFiles().isThere(state.journal) else { return nil }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: state.journal, configuration: configuration)
            defer { try? queue.close() }
            return try queue.read { db in
                guard try Int.fetchOne(db, sql: "SELECT count(*) FROM rounds WHERE id = 1") == 1 else {
                    return nil
                }
                return try FirstRound(of: state.path, in: db)
            }
        } catch {
            throw StoreError.wrapping(error, path: state.journal)
        }
    }
}

extension ModelBinding {
    /// Equal for models that compute the same: a file that has only been renamed changes nothing.
    fileprivate var digest: String {
        get throws {
            let owner = try StoredJSON.value(ModelIdentity.self, from: owner)
            let digests = try files.map { try StoredJSON.value([String: String].self, from: $0) } ?? [:]
            return FileDigest.hex(([owner.sha256] + Set(digests.values).sorted()).joined(separator: "\n"))
        }
    }
}

extension Database {
    fileprivate func evaluations(of checkpoint: CheckpointID) throws -> [Split: Evaluation] {
        let rows = try Row.fetchAll(
            self,
            sql: "SELECT \(EvaluationSummary.columns), answers FROM evaluations WHERE checkpoint = ?",
            arguments: [checkpoint.rawValue]
        )
        let found = try rows.map { row in
            Evaluation(
                summary: try EvaluationSummary(row),
                answers: try row.json([EvaluationAnswer].self, 8)
            )
        }
        return Dictionary(found.map { ($0.summary.split, $0) }) { first, _ in first }
    }

    fileprivate func questionDigests(of round: RoundID) throws -> [Split: String] {
        // Read as it is, so that it may be of an older schema.
        let version = try Int.fetchOne(self, sql: "PRAGMA user_version") ?? 0
        let rows = try Row.fetchAll(
            self,
            sql: """
                \(Question.selection(of: version)) WHERE NOT \(Question.isRetired)
                AND q.id <= coalesce((SELECT last_question FROM rounds WHERE id = :round), q.id) ORDER BY q.id
                """,
            arguments: ["round": round.rawValue]
        )
        return try QuestionDigest.perSplit(try rows.map { try Question($0).content })
    }

    fileprivate func binding(of directory: String) throws -> ModelBinding? {
        let row = try Row.fetchOne(
            self,
            sql: "SELECT model, model_files FROM meta WHERE model IS NOT NULL"
        )
        return row.map { ModelBinding(owner: $0[0], files: $0[1], directory: directory) }
    }
}
