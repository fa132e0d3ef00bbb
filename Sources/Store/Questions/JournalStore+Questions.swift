import GRDB
public import Loop

extension JournalStore {
    /// Adds questions in one transaction and ends a streak of rejections.
    ///
    /// - Parameters:
    ///   - questions: The questions; all or none are added.
    ///   - events: Events to write with them.
    ///   - receipt: The receipt to write with them.
    /// - Returns: Their numbers, in order.
    /// - Throws: `StoreError` `duplicate_question` naming both origins.
    @discardableResult
    public func add(
        _ questions: [QuestionInput],
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
                    sql: "SELECT id, origin, split FROM questions WHERE text = ? AND choices = ?",
                    arguments: [question.text, choices]
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
                ids.append(QuestionID(rawValue: Int(db.lastInsertedRowID)))
            }
            if !questions.isEmpty { try endStreak(in: db) }
            try record(events, in: db)
            try write(receipt, of: ids, in: db)
            return ids
        }
    }

    /// Questions of a split in order of number.
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
                    SELECT \(Question.columns) FROM questions
                    WHERE split = ? AND id <= coalesce((SELECT last_question FROM rounds WHERE id = ?), id)
                    ORDER BY id
                    """,
                arguments: [split.rawValue, round?.rawValue]
            ).map(Question.init)
        }
    }

    /// One question; nil when there is none of that number.
    public func question(_ id: QuestionID) async throws -> Question? {
        try await database.read { db in
            try Row.fetchOne(
                db,
                sql: "SELECT \(Question.columns) FROM questions WHERE id = ?",
                arguments: [id.rawValue]
            ).map(Question.init)
        }
    }

    /// Questions by number; numbers that no question has are left out.
    public func questions(_ ids: Set<QuestionID>) async throws -> [QuestionID: Question] {
        try await database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT \(Question.columns) FROM questions WHERE id IN (SELECT value FROM json_each(?))
                    """,
                arguments: [try StoredJSON.text(ids.map(\.rawValue))]
            )
            let questions = try rows.map(Question.init)
            return Dictionary(questions.map { ($0.id, $0) }) { first, _ in first }
        }
    }

    /// How many questions each split has; splits without any are there with 0.
    public func questionCounts() async throws -> [Split: Int] {
        try await database.read { db in
            var counts = Dictionary(uniqueKeysWithValues: Split.allCases.map { ($0, 0) })
            for row in try Row.fetchAll(db, sql: "SELECT split, count(*) FROM questions GROUP BY split") {
                counts[try row.value(Split.self, 0)] = row[1]
            }
            return counts
        }
    }
}
