import Crypto
import GRDB
import Loop

/// A digest over everything a finished round holds, put on its row when it ends.
///
/// A finished round never changes again, so that a later difference is damage, whatever caused it. A seal
/// names its version; what each version covers is written out here and never changes, so that seals outlive
/// new columns and tables.
enum RoundSeal {
    /// The version that new seals have.
    static let version = 2

    /// Seals a round that has just ended; called in the transaction that ends it.
    static func put(on round: RoundID, in db: Database) throws {
        try db.execute(
            sql: "UPDATE rounds SET seal = ?, seal_version = ? WHERE id = ? AND finished_at IS NOT NULL",
            arguments: [try digest(of: round, version: version, in: db), version, round.rawValue]
        )
    }

    /// Why a round's seal does not hold; nil when it does, or when the round ended before there were seals.
    static func fault(of round: RoundID, in db: Database) throws -> String? {
        let row = try Row.fetchOne(
            db,
            sql: "SELECT seal, coalesce(seal_version, 1) FROM rounds WHERE id = ? AND seal IS NOT NULL",
            arguments: [round.rawValue]
        )
        guard let row else { return nil }
        let (seal, version): (String, Int) = (row[0], row[1])
        guard parts[version] != nil else {
            return "round \(round) has a seal of version \(version), this program knows up to \(Self.version)"
        }
        return try digest(of: round, version: version, in: db) == seal
            ? nil : "round \(round) has changed since it ended"
    }

    /// SHA-256 over round, waves, candidates and, from version 2 on, scores; lower-case hex.
    static func digest(of round: RoundID, version: Int, in db: Database) throws -> String {
        var hash = SHA256()
        var bytes: [UInt8] = []
        for sql in parts[version] ?? [] {
            let rows = try Row.fetchCursor(db, sql: sql, arguments: [round.rawValue])
            while let row = try rows.next() {
                // One array for all rows: a round's texts may be gigabytes.
                bytes.removeAll(keepingCapacity: true)
                for value in row.databaseValues { append(value, to: &bytes) }
                hash.update(data: bytes)
            }
        }
        return hash.finalize().hex
    }

    /// What each version covers, in its order.
    private static let parts = [1: first, 2: first + [scores]]

    /// Version 0.1.0.
    private static let first = [
        """
        SELECT id, parent, phase, outcome, checkpoint, seed, configuration, report, failure_count, started_at, finished_at
        FROM rounds WHERE id = ?
        """,
        #"SELECT round, "index", questions, is_done FROM waves WHERE round = ? ORDER BY "index""#,
        // With the text where it was when it was one of their columns.
        """
        SELECT round, question, "index",
            (SELECT t.text FROM candidate_texts AS t WHERE t.round = candidates.round
                AND t.question = candidates.question AND t."index" = candidates."index"),
            token_count, mean_log_probability, finish, answer, consistency, loss, ds_weight, weight, verdict, reason
        FROM candidates WHERE round = ? ORDER BY question, "index"
        """,
    ]

    private static let scores = """
        SELECT round, question, "index", name, value FROM scores WHERE round = ? ORDER BY question, "index", name
        """

    private static func append(_ value: DatabaseValue, to bytes: inout [UInt8]) {
        switch value.storage {
        case .null:
            bytes.append(contentsOf: "n;".utf8)
        case .int64(let number):
            bytes.append(UInt8(ascii: "i"))
            bytes.append(contentsOf: String(number).utf8)
            bytes.append(UInt8(ascii: ";"))
        case .double(let number):
            bytes.append(UInt8(ascii: "d"))
            bytes.append(contentsOf: String(number.bitPattern).utf8)
            bytes.append(UInt8(ascii: ";"))
        case .string(let text):
            bytes.append(contentsOf: "s\(text.utf8.count):".utf8)
            bytes.append(contentsOf: text.utf8)
        case .blob(let data):
            bytes.append(contentsOf: "b\(data.count):".utf8)
            bytes.append(contentsOf: data)
        }
    }
}
