import Foundation
import GRDB
import Loop

/// Some questions of an archived round with their candidates, texts and scores; the first part has the waves,
/// too.
///
/// Its content is a compressed SQLite database of its own: a format that outlives this program, and in which
/// every value keeps its type and bytes.
struct ArchivePart: Sendable {
    /// Texts of one part, so that packing and a look at one question take little memory.
    static let byteLimit = 16 << 20

    /// The part's place in its round, from 0.
    let number: Int
    /// Whose candidates it holds.
    let questions: ClosedRange<Int>
    /// Questions of its waves.
    let questionCount: Int
    /// Bytes before they were compressed.
    let byteCount: Int
    /// Digest of the content.
    let sha256: String
    let content: Data

    /// The format that new parts have.
    static let format = 1

    /// The tables of a part and their columns; what a format holds never changes.
    static let tables: [Int: [(name: String, columns: String, order: String)]] = [
        1: [
            ("waves", #"round, "index", questions, is_done"#, #""index""#),
            (
                "candidates",
                """
                round, question, "index", token_count, mean_log_probability, finish, \
                answer, consistency, loss, ds_weight, weight, verdict, reason
                """, #"question, "index""#
            ),
            ("candidate_texts", #"round, question, "index", text"#, #"question, "index""#),
            ("scores", #"round, question, "index", name, value"#, #"question, "index", name"#),
        ]
    ]

    /// Columns of `archives` in the order in which `init(_:of:)` reads them.
    static let columns = """
        part, format, first_question, last_question, question_count, byte_count, sha256, content
        """

    /// Reads a row and checks what can be seen without expanding it.
    ///
    /// - Throws: `StoreError` `database_corrupt`.
    init(_ row: Row, of round: RoundID) throws {
        number = row[0]
        let format: Int = row[1]
        let (first, last): (Int, Int) = (row[2], row[3])
        questionCount = row[4]
        byteCount = row[5]
        sha256 = row[6]
        content = row[7]
        guard format == Self.format else {
            throw Self.damage(
                round,
                number,
                "its format is \(format), this program knows up to \(Self.format); use the newer version"
            )
        }
        guard first <= last else { throw Self.damage(round, number, "its questions are \(first) to \(last)") }
        questions = first...last
        guard FileDigest.hex(content) == sha256 else {
            throw Self.damage(round, number, "its SHA-256 is not the recorded one")
        }
        guard Deflate.canHold(byteCount, in: content) else {
            throw Self.damage(round, number, "it cannot hold \(byteCount) bytes")
        }
    }

    /// Packs a part of a round that has ended.
    ///
    /// - Parameters:
    ///   - number: Its place.
    ///   - questions: Whose candidates it takes.
    ///   - plan: The round.
    ///   - journal: The journal's file.
    /// - Throws: `StoreError` when the journal cannot be read.
    init(_ number: Int, _ questions: ClosedRange<Int>, of plan: ArchivePlan, journal: String) throws {
        let round = plan.round
        self.number = number
        self.questions = questions
        questionCount = number == 0 ? plan.questionCount : 0
        let scratch = try ScratchDatabase(beside: journal)
        try scratch.run("PRAGMA main.page_size = 16384")
        for table in Self.tables[Self.format] ?? [] {
            let condition =
                table.name == "waves"
                ? "\(number) = 0" : "question BETWEEN \(questions.lowerBound) AND \(questions.upperBound)"
            try scratch.run(
                """
                CREATE TABLE main.\(table.name) AS SELECT \(table.columns) FROM journal.\(table.name)
                WHERE round = \(round.rawValue) AND \(condition) ORDER BY \(table.order)
                """
            )
        }
        let (count, packed) = try scratch.withImage { ($0.count, Deflate.compressed($0)) }
        guard let packed else {
            throw StoreError(.databaseFailed, "no memory to compress round \(round); free some")
        }
        byteCount = count
        content = packed
        sha256 = FileDigest.hex(packed)
    }

    /// The error for a part that cannot be read.
    static func damage(_ round: RoundID, _ number: Int, _ reason: String) -> StoreError {
        StoreError(
            .databaseCorrupt,
            "part \(number) of the archive of round \(round) is damaged: \(reason); restore the journal from a backup"
        )
    }
}
