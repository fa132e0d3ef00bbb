import GRDB
public import Loop

extension JournalStore {
    /// Adds questions in one transaction and ends a streak of rejections.
    ///
    /// - Parameters:
    ///   - questions: The questions; all or none are added. One with the text of a retired question is a new
    ///     question.
    ///   - corrections: Questions with other answers from the next round on.
    ///   - rewordings: Questions with other variants from the next round on.
    ///   - levels: Questions of the journal with other levels from the next round on.
    ///   - events: Events to write with them.
    ///   - receipt: The receipt to write with them.
    /// - Returns: Their numbers, in order.
    /// - Throws: `StoreError` `duplicate_question` naming both origins.
    @discardableResult
    public func add(
        _ questions: [QuestionInput],
        corrections: [QuestionCorrection] = [],
        rewordings: [QuestionRewording] = [],
        levels: [QuestionLevel] = [],
        events: [RoundEvent] = [],
        receipt: Receipt<[QuestionID]>? = nil
    ) async throws -> [QuestionID] {
        try await database.write("questions") { [self] db in
            let time = timestamp
            var ids: [QuestionID] = []
            for question in questions {
                let choices = try StoredJSON.text(question.choices)
                if let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT id, origin, split FROM questions AS q
                        WHERE text = :text AND choices = :choices AND NOT \(Question.isRetired)
                        """,
                    arguments: ["text": question.text, "choices": choices, "round": Question.nextRound]
                ) {
                    let (id, origin, split): (Int, String, String) = (row[0], row[1], row[2])
                    throw StoreError(
                        .duplicateQuestion,
                        """
                        question at \(question.origin) is in the journal already: number \(id), split \(split), \
                        from \(origin); remove one of the two
                        """
                    )
                }
                try db.execute(
                    sql: """
                        INSERT INTO questions (text, choices, answer, rationale, split, origin, added_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        question.text, choices, question.answer, question.rationale,
                        question.split.rawValue, question.origin, time,
                    ]
                )
                let id = QuestionID(rawValue: Int(db.lastInsertedRowID))
                if !question.variants.isEmpty { try write(question.variants, of: id, in: db) }
                ids.append(id)
            }
            let own = zip(ids, questions).compactMap { id, question in
                question.level.map { QuestionLevel(question: id, level: $0) }
            }
            try db.set(own + levels)
            try correct(corrections, in: db)
            for rewording in rewordings { try write(rewording.variants, of: rewording.question, in: db) }
            if !questions.isEmpty { try endStreak(in: db) }
            try record(events, in: db)
            try write(receipt, of: ids, in: db)
            return ids
        }
    }

    /// Questions in use of a split in order of number.
    public func questions(in split: Split) async throws -> [Question] {
        try await questions(in: split, beganWith: nil)
    }

    /// Questions of a split that a round began with, in order of number.
    public func questions(in split: Split, of round: RoundID) async throws -> [Question] {
        try await questions(in: split, beganWith: round)
    }

    private func questions(in split: Split, beganWith round: RoundID?) async throws -> [Question] {
        try await database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    \(Question.selection) WHERE q.split = :split AND NOT \(Question.isRetired)
                    AND q.id <= coalesce((SELECT last_question FROM rounds WHERE id = :round), q.id)
                    ORDER BY q.id
                    """,
                arguments: ["split": split.rawValue, "round": round?.rawValue ?? Question.nextRound]
            ).map(Question.init)
        }
    }

    /// One question, retired or not; nil when there is none of that number.
    ///
    /// - Parameters:
    ///   - id: Its number.
    ///   - round: The round whose answer is asked for; nil takes the newest.
    /// - Returns: The question.
    /// - Throws: `StoreError`.
    public func question(_ id: QuestionID, of round: RoundID? = nil) async throws -> Question? {
        try await questions([id], of: round)[id]
    }

    /// Questions by number, retired or not; numbers that no question has are left out.
    ///
    /// - Parameters:
    ///   - ids: Their numbers.
    ///   - round: The round whose answers are asked for; nil takes the newest.
    /// - Returns: The questions.
    /// - Throws: `StoreError`.
    public func questions(_ ids: Set<QuestionID>, of round: RoundID? = nil) async throws -> [QuestionID:
        Question]
    {
        try await database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: "\(Question.selection) WHERE q.id IN (SELECT value FROM json_each(:ids))",
                arguments: [
                    "ids": try StoredJSON.text(ids.map(\.rawValue)),
                    "round": round?.rawValue ?? Question.nextRound,
                ]
            )
            let questions = try rows.map(Question.init)
            return Dictionary(questions.map { ($0.id, $0) }) { first, _ in first }
        }
    }

    /// How many questions in use each split has; splits without any are there with 0.
    public func questionCounts() async throws -> [Split: Int] {
        try await database.read { db in try db.questionCounts(areRetired: false) }
    }

    /// How many retired questions each split has; splits without any are there with 0.
    public func retiredCounts() async throws -> [Split: Int] {
        try await database.read { db in try db.questionCounts(areRetired: true) }
    }
}
