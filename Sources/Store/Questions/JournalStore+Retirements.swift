import GRDB
public import Loop

/// A question of the journal, with what people have decided about it.
public struct QuestionRecord: Hashable, Sendable {
    /// The question with its newest answer.
    public var question: Question
    /// When it was taken out of use; nil while it is in use.
    public var retiredAt: String?
    /// The last round that began with it; nil while it is in use, 0 where no round had begun.
    public var lastRound: RoundID?

    /// Whether it is out of use from the next round on.
    public var isRetired: Bool { retiredAt != nil }

    /// Records in order of number as records in order of split (train, valid, gate, test) and number.
    static func sorted(_ records: [QuestionRecord]) -> [QuestionRecord] {
        Split.allCases.flatMap { split in records.filter { $0.question.content.split == split } }
    }
}

/// What taking questions out of use, or putting them back, changes.
public struct RetirementChange: Hashable, Sendable {
    /// Whether they are put back.
    public var isBack: Bool
    /// The questions that change, in order of number.
    public var questions: [Question]
    /// Questions that are as asked for already.
    public var unchanged: [QuestionID]
    /// The first round that it counts for.
    public var firstRound: RoundID
    /// Questions in use per split afterwards.
    public var counts: [Split: Int]
}

extension JournalStore {
    /// Takes questions out of use from the next round on, or puts them back, in one transaction; ends a
    /// streak of rejections.
    ///
    /// A round that has begun keeps what it began with.
    ///
    /// - Parameters:
    ///   - ids: The questions.
    ///   - isBack: Whether to put them back.
    ///   - isDryRun: Whether only to say what would change.
    ///   - receipt: The receipt to write with it; none for a dry run.
    ///   - check: Refuses by throwing, before anything is written.
    ///   - event: The event of a change; none is written where nothing changes.
    /// - Returns: What changed.
    /// - Throws: `StoreError` `invalid_request` for a number that no question has, `duplicate_question` for
    ///   one to put back whose text is in use again; what `check` throws.
    @discardableResult
    public func retire(
        _ ids: [QuestionID],
        isBack: Bool = false,
        isDryRun: Bool = false,
        receipt: Receipt<RetirementChange>? = nil,
        check: @escaping @Sendable (RetirementChange) throws -> Void = { _ in },
        event: @escaping @Sendable (RetirementChange) -> RoundEvent
    ) async throws -> RetirementChange {
        if isDryRun {
            return try await database.read { db in
                let change = try db.retirementChange(ids, isBack: isBack)
                try check(change)
                return change
            }
        }
        return try await database.write("retire") { [self] db in
            let change = try db.retirementChange(ids, isBack: isBack)
            try check(change)
            let (time, last) = (timestamp, change.firstRound.rawValue - 1)
            for question in change.questions {
                try db.execute(
                    sql: isBack
                        ? """
                        UPDATE retirements SET back_after = max(:last, after_round), back_at = :time
                        WHERE question = :question AND back_after IS NULL
                        """
                        : """
                        INSERT INTO retirements (question, after_round, retired_at) VALUES (:question, :last, :time)
                        """,
                    arguments: ["question": question.id.rawValue, "last": last, "time": time]
                )
            }
            if !change.questions.isEmpty {
                try endStreak(in: db)
                try record([event(change)], in: db)
            }
            try write(receipt, of: change, in: db)
            return change
        }
    }

    /// Every question of the journal in order of split and number, retired or not.
    public func questionRecords() async throws -> [QuestionRecord] {
        try await database.read { db in try db.questionRecords() }
    }
}

extension Database {
    /// Every question in order of split (train, valid, gate, test) and number.
    func questionRecords() throws -> [QuestionRecord] {
        let retired = try Row.fetchAll(
            self,
            sql: "SELECT question, after_round, retired_at FROM retirements WHERE back_after IS NULL"
        ).map { row -> (Int, (round: Int, time: String)) in (row[0], (row[1], row[2])) }
        let retirements = Dictionary(retired) { first, _ in first }
        let records = try Row.fetchAll(
            self,
            sql: "\(Question.selection) ORDER BY q.id",
            arguments: ["round": Question.nextRound]
        ).map { row in
            let question = try Question(row)
            let retirement = retirements[question.id.rawValue]
            return QuestionRecord(
                question: question,
                retiredAt: retirement?.time,
                lastRound: retirement.map { RoundID(rawValue: $0.round) }
            )
        }
        return QuestionRecord.sorted(records)
    }

    /// What would change; nothing is written.
    fileprivate func retirementChange(_ ids: [QuestionID], isBack: Bool) throws -> RetirementChange {
        let records = try questionRecords()
        let known = Dictionary(records.map { ($0.question.id, $0) }) { first, _ in first }
        let newest = try Int.fetchOne(self, sql: "SELECT coalesce(max(id), 0) FROM rounds") ?? 0
        var counts = Dictionary(uniqueKeysWithValues: Split.allCases.map { ($0, 0) })
        for record in records where !record.isRetired {
            counts[record.question.content.split, default: 0] += 1
        }
        var change = RetirementChange(
            isBack: isBack,
            questions: [],
            unchanged: [],
            firstRound: RoundID(rawValue: newest + 1),
            counts: counts
        )
        var inUse: [String: QuestionID] = [:]
        if isBack {
            for record in records where !record.isRetired {
                inUse[Self.key(of: record.question.content)] = record.question.id
            }
        }
        for id in Set(ids).sorted() {
            guard let record = known[id] else {
                throw StoreError(
                    .invalidRequest,
                    "there is no question \(id); \"autodidact candidates\" and \"autodidact retire --list\" show numbers"
                )
            }
            guard record.isRetired == isBack else {
                change.unchanged.append(id)
                continue
            }
            if isBack,
                let other = inUse.updateValue(id, forKey: Self.key(of: record.question.content))
            {
                throw StoreError(
                    .duplicateQuestion,
                    "question \(id) cannot be put back: question \(other) has the same text; retire that one first"
                )
            }
            change.questions.append(record.question)
            change.counts[record.question.content.split, default: 0] += isBack ? 1 : -1
        }
        return change
    }

    /// What two questions in use may not share: in train the text as the leak check compares it; elsewhere,
    /// where a repetition is only a warning, the text to the letter.
    private static func key(of question: QuestionInput) -> String {
        guard question.split != .train else { return "train " + QuestionText.key(of: question) }
        return ([question.split.rawValue, question.text] + question.choices).joined(separator: "\u{1F}")
    }

    /// Questions per split, those in use or those retired.
    func questionCounts(areRetired: Bool) throws -> [Split: Int] {
        var counts = Dictionary(uniqueKeysWithValues: Split.allCases.map { ($0, 0) })
        let rows = try Row.fetchAll(
            self,
            sql: """
                SELECT q.split, count(*) FROM questions AS q
                WHERE \(areRetired ? "" : "NOT") \(Question.isRetired) GROUP BY q.split
                """,
            arguments: ["round": Question.nextRound]
        )
        for row in rows { counts[try row.value(Split.self, 0)] = row[1] }
        return counts
    }
}
