import Foundation
import GRDB
public import Loop

extension JournalStore {
    /// Tables that an archived round leaves, in the order that their references allow.
    private static let emptied = ["scores", "candidate_texts", "candidates", "waves"]

    /// Reads what a round holds, archived or not, as if it were in the journal's tables.
    ///
    /// Use it for everything that reads `waves`, `candidates`, `candidate_texts` or `scores`. An archived round
    /// is expanded into memory for the time of the read.
    ///
    /// - Parameters:
    ///   - round: The round; `body` finds no other one, nor questions or checkpoints.
    ///   - question: The only question whose candidates `body` reads; nil if it reads more.
    ///   - body: The queries.
    /// - Returns: What the body returns.
    /// - Throws: `StoreError`.
    func reading<Value: Sendable>(
        _ round: RoundID,
        question: QuestionID? = nil,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await database.read { db in
            guard let archive = try ArchivedRound(round, question: question, in: db) else {
                return try body(db)
            }
            return try archive.read(body)
        }
    }

    /// Which rounds have their candidates in an archive, in order of number.
    public func archivedRounds() async throws -> [RoundID] {
        try await database.read { db in
            try Int.fetchAll(db, sql: "SELECT DISTINCT round FROM archives ORDER BY round").map(
                RoundID.init(rawValue:)
            )
        }
    }

    /// Moves waves, candidates and scores of older rounds into compressed archives within the journal.
    ///
    /// Reports, checkpoints and events stay where they are, and every read gives what it gave before. A round
    /// is packed and compared with what it came from first; then one transaction adds the archive and removes
    /// the rows. Ends early when its task is cancelled or the disk has no room.
    ///
    /// - Parameters:
    ///   - count: How many of the newest finished rounds stay as they are.
    ///   - limit: How many rounds at most.
    ///   - onStep: Called after each step, which takes a second or so.
    /// - Returns: The rounds that were archived.
    /// - Throws: `StoreError` when the journal cannot be read or written.
    @discardableResult
    public func archiveRounds(
        keeping count: Int,
        limit: Int = .max,
        onStep: @escaping @Sendable () -> Void = {}
    ) async throws -> [RoundID] {
        try await archiveRounds(
            keeping: count,
            limit: limit,
            partLimit: ArchivePart.byteLimit,
            onStep: onStep
        )
    }

    /// The same with parts of another size, for tests.
    package func archiveRounds(
        keeping count: Int,
        limit: Int,
        partLimit: Int,
        onStep: @escaping @Sendable () -> Void = {}
    ) async throws -> [RoundID] {
        let due = try await database.read { db in
            try Int.fetchAll(
                db,
                sql: """
                    SELECT id FROM rounds AS r WHERE finished_at IS NOT NULL
                    AND id <= (SELECT max(id) FROM rounds WHERE finished_at IS NOT NULL) - :count
                    AND NOT EXISTS (SELECT 1 FROM archives WHERE round = r.id) ORDER BY id LIMIT :limit
                    """,
                arguments: ["count": max(0, count), "limit": limit]
            ).map(RoundID.init(rawValue:))
        }
        var archived: [RoundID] = []
        for round in due where !Task.isCancelled {
            guard let parts = try await packed(round, partLimit, onStep) else { continue }
            // Once in the log and once in the database, and what removing the rows writes.
            let byteCount = 2 * parts.reduce(0) { $0 + $1.content.count } + JournalDatabase.logLimit
            guard try hasRoom(for: byteCount) else { break }
            try await replace(round, by: parts)
            onStep()
            archived.append(round)
        }
        return archived
    }

    /// A round's archive; nil when cancelled, or if it would not give back what the journal holds, so that the
    /// round stays as it is.
    private func packed(
        _ round: RoundID,
        _ partLimit: Int,
        _ onStep: @Sendable () -> Void
    ) async throws -> [ArchivePart]? {
        try presence.check()
        let plan = try await database.read { db in try ArchivePlan(round, partLimit: partLimit, in: db) }
        var parts: [ArchivePart] = []
        for questions in plan.questions {
            guard !Task.isCancelled else { return nil }
            let number = parts.count
            // On a reader's queue: it takes longer than Swift's shared threads should wait.
            parts.append(
                try await database.read { [path = state.journal] _ in
                    try ArchivePart(number, questions, of: plan, journal: path)
                }
            )
            onStep()
        }
        return try await database.read { [parts] db in
            let copy = try ArchivedRound(empty: round, in: db)
            for part in parts { try copy.load(part) }
            let digest: (Database) throws -> String = { db in
                try RoundSeal.digest(of: round, version: RoundSeal.version, in: db)
            }
            return try copy.read(digest) == digest(db) ? parts : nil
        }
    }

    private func replace(_ round: RoundID, by parts: [ArchivePart]) async throws {
        try await database.write("archive") { db in
            for part in parts {
                try db.execute(
                    sql: """
                        INSERT INTO archives (round, \(ArchivePart.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        round.rawValue, part.number, ArchivePart.format, part.questions.lowerBound,
                        part.questions.upperBound, part.questionCount, part.byteCount, part.sha256,
                        part.content,
                    ]
                )
            }
            Failpoint.reached("archive.added")
            for table in Self.emptied {
                try db.execute(sql: "DELETE FROM \(table) WHERE round = ?", arguments: [round.rawValue])
            }
        }
    }
}
