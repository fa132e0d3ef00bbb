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
        var bytes: [UInt8] = []
        let parts = [
            "SELECT \(RoundRecord.columns) FROM rounds WHERE id = ?",
            #"SELECT * FROM waves WHERE round = ? ORDER BY "index""#,
            // As rows were when the text stood among their columns: seals outlive migrations.
            #"SELECT \#(Candidate.columns) FROM candidates WHERE round = ? ORDER BY question, "index""#,
        ]
        for sql in parts {
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

    /// A value with its type, so that no two rows of values give the same bytes.
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
