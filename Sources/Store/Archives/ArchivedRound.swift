import Foundation
import GRDB
import Loop

/// One archived round as a journal in memory: the round's row, its waves, candidates, texts and scores are in
/// the tables that they came from, so that every query on one round reads it as any other.
///
/// It has no row of `archives` itself, and no question, checkpoint or event.
struct ArchivedRound {
    private let round: RoundID
    private let queue: DatabaseQueue

    /// The round's row alone, with the retirements that it must not have drawn.
    ///
    /// - Parameters:
    ///   - round: The round.
    ///   - db: The journal.
    /// - Throws: `StoreError` when the journal cannot be read.
    init(empty round: RoundID, in db: Database) throws {
        var configuration = Configuration()
        configuration.label = "archive"
        // What the rows refer to is in the journal.
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(configuration: configuration)
        self.round = round
        self.queue = queue
        let copies = [
            ("rounds", "id = :round"),
            ("retirements", "after_round < :round AND coalesce(back_after, :round) >= :round"),
        ].map { table, condition in (table, "SELECT * FROM \(table) WHERE \(condition)") }
        let rows = try copies.map { table, sql in
            (table, try Row.fetchAll(db, sql: sql, arguments: ["round": round.rawValue]))
        }
        try queue.writeWithoutTransaction { memory in
            // A damaged value is for `verify` to name.
            try memory.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try Schema.run(from: 0, to: Schema.version, on: memory)
            for (table, rows) in rows {
                for row in rows {
                    let names = row.columnNames.map { "\"\($0)\"" }.joined(separator: ", ")
                    let places = row.columnNames.map { _ in "?" }.joined(separator: ", ")
                    try memory.execute(
                        sql: "INSERT INTO \(table) (\(names)) VALUES (\(places))",
                        arguments: StatementArguments(row.databaseValues)
                    )
                }
            }
        }
    }

    /// Reads a round from its archive; nil if it has none.
    ///
    /// - Parameters:
    ///   - round: The round.
    ///   - question: The only question whose candidates are needed; nil takes all.
    ///   - db: The journal.
    /// - Throws: `StoreError` `database_corrupt` when the archive is damaged.
    init?(_ round: RoundID, question: QuestionID? = nil, in db: Database) throws {
        guard try db.isArchived(round) else { return nil }
        try self.init(empty: round, in: db)
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(ArchivePart.columns) FROM archives WHERE round = :round
                AND (:question IS NULL OR :question BETWEEN first_question AND last_question) ORDER BY part
                """,
            arguments: ["round": round.rawValue, "question": question?.rawValue]
        )
        while let row = try rows.next() { try load(ArchivePart(row, of: round)) }
    }

    /// Adds what a part holds.
    func load(_ part: ArchivePart) throws {
        let isWhole: Bool
        do {
            isWhole = try queue.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH ':memory:' AS part")
                defer { try? db.execute(sql: "DETACH part") }
                let isThere = db.attachImage(part.byteCount, as: "part") { target in
                    Deflate.expand(part.content, into: target)
                }
                guard isThere else { return false }
                for table in ArchivePart.tables[ArchivePart.format] ?? [] {
                    try db.execute(
                        sql: """
                            INSERT INTO main.\(table.name) (\(table.columns))
                            SELECT \(table.columns) FROM part.\(table.name)
                            """
                    )
                }
                let outside = try Int.fetchOne(
                    db,
                    sql: "SELECT count(*) FROM part.candidates WHERE question NOT BETWEEN ? AND ?",
                    arguments: [part.questions.lowerBound, part.questions.upperBound]
                )
                return outside == 0
            }
        } catch let error as DatabaseError {
            throw ArchivePart.damage(round, part.number, error.message ?? "\(error.resultCode)")
        }
        guard isWhole else {
            throw ArchivePart.damage(round, part.number, "its content is not what its row says")
        }
    }

    /// Reads it.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value { try queue.read(body) }
}

extension Database {
    /// Whether a round's candidates are in an archive.
    func isArchived(_ round: RoundID) throws -> Bool {
        try Bool.fetchOne(
            self,
            sql: "SELECT EXISTS (SELECT 1 FROM archives WHERE round = ?)",
            arguments: [round.rawValue]
        ) ?? false
    }

    /// Questions of a round's waves, for a round that is not archived.
    func liveQuestionCount(of round: RoundID) throws -> Int {
        try Int.fetchOne(
            self,
            sql: "SELECT coalesce(sum(json_array_length(questions)), 0) FROM waves WHERE round = ?",
            arguments: [round.rawValue]
        ) ?? 0
    }

    /// Questions of a round's waves.
    func questionCount(of round: RoundID) throws -> Int {
        let archived = try Int.fetchOne(
            self,
            sql: "SELECT sum(question_count) FROM archives WHERE round = ?",
            arguments: [round.rawValue]
        )
        return try archived ?? liveQuestionCount(of: round)
    }
}
