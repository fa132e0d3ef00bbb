import Crypto
import GRDB
import Loop

/// The digest that a finished round leaves in its row, so that any later change of it can be seen.
///
/// It covers the round's row, its waves and its candidates. Evaluations belong to checkpoints and may be taken anew.
enum RoundSeal {
    /// Puts the seal on a round that has just finished; must be the last statement of its transaction about it.
    static func put(on round: RoundID, in db: Database) throws {
        try db.execute(
            sql: "UPDATE rounds SET seal = ? WHERE id = ? AND finished_at IS NOT NULL",
            arguments: [try digest(of: round, in: db), round.rawValue]
        )
    }

    /// SHA-256 over everything the seal covers, lower-case hex.
    static func digest(of round: RoundID, in db: Database) throws -> String {
        var hash = SHA256()
        let parts = [
            "SELECT \(RoundRecord.columns) FROM rounds WHERE id = ?",
            #"SELECT * FROM waves WHERE round = ? ORDER BY "index""#,
            // As rows were when the text stood among their columns: seals outlive migrations.
            #"SELECT \#(Candidate.columns) FROM candidates WHERE round = ? ORDER BY question, "index""#,
        ]
        for sql in parts {
            let rows = try Row.fetchCursor(db, sql: sql, arguments: [round.rawValue])
            while let row = try rows.next() {
                for value in row.databaseValues { hash.update(data: bytes(of: value)) }
            }
        }
        return FileDigest.hex(hash.finalize())
    }

    /// A value with its type, so that no two rows of values give the same bytes.
    private static func bytes(of value: DatabaseValue) -> [UInt8] {
        switch value.storage {
        case .null: Array("n;".utf8)
        case .int64(let number): Array("i\(number);".utf8)
        case .double(let number): Array("d\(number.bitPattern);".utf8)
        case .string(let text): Array("s\(text.utf8.count):".utf8) + Array(text.utf8)
        case .blob(let data): Array("b\(data.count):".utf8) + Array(data)
        }
    }
}
