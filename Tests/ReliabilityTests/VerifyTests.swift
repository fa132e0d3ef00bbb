import Foundation
import GRDB
import Store
import Testing

/// `verify` finds each planted violation and names it.
@Suite(.serialized)
struct VerifyTests {
    /// Something wrong with a state directory and the rule that must say so.
    struct Plant: Sendable, CustomTestStringConvertible {
        var rule: String
        var sql: String?
        var file: (@Sendable (String) throws -> Void)?
        var testDescription: String { "\(rule): \(sql ?? "files")" }

        static func sql(_ rule: String, _ sql: String) -> Plant { Plant(rule: rule, sql: sql) }
        static func file(_ rule: String, _ change: @escaping @Sendable (String) throws -> Void) -> Plant {
            Plant(rule: rule, file: change)
        }
    }

    static let plants: [Plant] = [
        .sql("schema", "PRAGMA user_version = 1"),
        .sql(
            "foreign_keys",
            "UPDATE candidates SET question = question + 9000 WHERE round = 1 AND \"index\" = 0"
        ),
        .sql("current_checkpoint", "UPDATE control SET current = 77"),
        .sql("current_checkpoint", "DELETE FROM control"),
        .sql(
            "current_promoted",
            "UPDATE checkpoints SET is_promoted = 0 WHERE id = (SELECT current FROM control)"
        ),
        .sql(
            "current_promoted",
            "UPDATE checkpoints SET is_pruned = 1 WHERE id = (SELECT current FROM control)"
        ),
        .sql("tree_root", "DELETE FROM checkpoints WHERE id = 0"),
        .sql("tree_parent", "DELETE FROM checkpoints WHERE id = 1"),
        .sql(
            "checkpoint_round",
            "UPDATE rounds SET checkpoint = NULL WHERE id = 1 AND (SELECT 1 FROM rounds)"
        ),
        .sql("round_checkpoint", "DELETE FROM checkpoints WHERE id = 2"),
        .sql("checkpoint_parent", "UPDATE checkpoints SET parent = 0 WHERE id = 2"),
        .sql("promotion", "UPDATE checkpoints SET is_promoted = 0 WHERE id = 1"),
        .sql("promotion", "UPDATE rounds SET outcome = 'rejected' WHERE id = 1"),
        .sql("round_readable", "UPDATE rounds SET report = '{' WHERE id = 1"),
        .sql("round_numbers", "UPDATE rounds SET id = 9 WHERE id = 2"),
        .sql("round_outcome", "UPDATE rounds SET outcome = NULL WHERE id = 1"),
        .sql("round_parent", "UPDATE rounds SET parent = 55 WHERE id = 2"),
        .sql(
            "round_gate",
            "UPDATE rounds SET report = json_set(report, '$.gate.isPassed', json('false')) WHERE id = 2"
        ),
        .sql(
            "round_numbers_finite",
            "UPDATE rounds SET report = json_set(report, '$.meanValidLoss', 'nan') WHERE id = 2"
        ),
        .sql("round_waves", "UPDATE waves SET is_done = 0 WHERE round = 1 AND \"index\" = 0"),
        .sql("round_seal", "UPDATE candidate_texts SET text = text || '.' WHERE round = 1 AND \"index\" = 1"),
        .sql("candidate_text", "DELETE FROM candidate_texts WHERE round = 2 AND \"index\" = 0"),
        .sql("round_seal", "UPDATE rounds SET seed = seed + 1 WHERE id = 2"),
        .sql(
            "question_twice",
            """
            INSERT INTO questions
            SELECT 9000, text, choices, answer, rationale, split, origin, added_at FROM questions WHERE id = 1
            """
        ),
        .sql(
            "retirement_round",
            """
            INSERT INTO retirements (question, after_round, retired_at) VALUES (1, 99, '2026-01-31T17:52:10Z')
            """
        ),
        .sql(
            "retired_wave",
            """
            INSERT INTO retirements (question, after_round, retired_at) SELECT value, 0, '2026-01-31T17:52:10Z'
            FROM json_each((SELECT questions FROM waves WHERE round = 2 AND "index" = 0)) LIMIT 1
            """
        ),
        .sql(
            "correction",
            """
            INSERT INTO corrections (question, after_round, answer, origin, corrected_at)
            SELECT id, 0, '1', 'gate.jsonl:1', '2026-01-31T17:52:10Z' FROM questions WHERE split = 'gate' LIMIT 1
            """
        ),
        .sql("candidate_verdict", "UPDATE candidates SET verdict = NULL, reason = NULL WHERE round = 2"),
        .sql("candidate_reason", "UPDATE candidates SET reason = 'outvoted' WHERE verdict = 'kept'"),
        .sql("candidate_index", "UPDATE candidates SET \"index\" = 400 WHERE round = 1 AND \"index\" = 3"),
        .sql("candidate_numbers", "UPDATE candidates SET ds_weight = 0.5 WHERE verdict = 'kept'"),
        .sql("candidate_cut", "UPDATE candidates SET ds_weight = 1e9 WHERE verdict = 'kept'"),
        .sql("candidate_vote", "UPDATE candidates SET answer = 'x' || \"index\" WHERE verdict = 'kept'"),
        .sql("candidate_count", "DELETE FROM candidates WHERE round = 1 AND \"index\" = 2"),
        .sql("candidate_wave", "UPDATE waves SET questions = '[1]' WHERE round = 2"),
        .sql(
            "report_counts",
            "UPDATE rounds SET report = json_set(report, '$.selectedCount', 999) WHERE id = 1"
        ),
        .sql(
            "report_generated",
            "UPDATE rounds SET report = json_set(report, '$.generatedCount', 999) WHERE id = 1"
        ),
        .sql(
            "evaluation_counts",
            "UPDATE evaluations SET right_count = CASE right_count WHEN 0 THEN 1 ELSE 0 END"
        ),
        .sql("evaluation_share", "UPDATE evaluations SET share = 2"),
        .sql("evaluation_promoted", "DELETE FROM evaluations WHERE checkpoint = 2"),
        .sql("event_gap", "DELETE FROM events WHERE id = 3"),
        .sql("event_gap", "UPDATE control SET events_after = 1"),
        .sql(
            "archive",
            "INSERT INTO archives VALUES (1, 0, 1, 1, 1, 1, 10, printf('%064d', 0), x'00')"
        ),
        .sql(
            "archive_rows",
            "INSERT INTO archives VALUES (1, 0, 1, 1, 1, 1, 10, printf('%064d', 0), x'00')"
        ),
        .sql(
            "archive_parts",
            "INSERT INTO archives VALUES (1, 5, 1, 1, 1, 1, 10, printf('%064d', 0), x'00')"
        ),
        .sql("event_numbers", "UPDATE events SET id = 900000 WHERE id = 2"),
        .sql("event_begin", "DELETE FROM events WHERE kind = 'round_started' AND round = 2"),
        .sql("event_verdict", "DELETE FROM events WHERE kind = 'round_promoted' AND round = 1"),
        .sql(
            "receipt_reply",
            "INSERT INTO receipts VALUES ('key', printf('%064d', 0), '{', '2026-01-31T17:52:10Z')"
        ),
        .file("checkpoint_files") { try flip($0 + "/checkpoints/000001/adapter_model.safetensors") },
        .file("checkpoint_files") {
            try FileManager.default.removeItem(atPath: $0 + "/checkpoints/000002/README.md")
        },
        .file("checkpoint_extra_file") { try Data().write(to: URL(filePath: $0 + "/checkpoints/000001/x")) },
        .file("checkpoint_manifest") {
            try Data("{}".utf8).write(to: URL(filePath: $0 + "/checkpoints/000001/round.json"))
        },
        .file("stray_checkpoint") { try makeDirectory($0 + "/checkpoints/000044") },
        .file("stray_training") { try makeDirectory($0 + "/training/round-000099") },
        .file("stray_file") { try Data().write(to: URL(filePath: $0 + "/notes.txt")) },
        .file("integrity") { try Data("no database".utf8).write(to: URL(filePath: $0 + "/journal.sqlite")) },
        .file("checkpoint_finite") { state in
            let path = state + "/checkpoints/000002/adapter_model.safetensors"
            var data = try Data(contentsOf: URL(filePath: path))
            data.replaceSubrange(data.count - 4..<data.count, with: [0, 0, 0xc0, 0x7f])
            try data.write(to: URL(filePath: path))
        },
    ]

    @Test func `every planted violation is found and named`() async throws {
        let run = try TinyRun(rounds: 2)
        try await run.finish()
        try run.expectSound()
        #expect(Set(Self.plants.map(\.rule)).count >= 30)
        for (index, plant) in Self.plants.enumerated() {
            let copy = run.folder + "/planted-\(index)"
            try FileManager.default.copyItem(atPath: run.state, toPath: copy)
            if let sql = plant.sql {
                var configuration = Configuration()
                configuration.foreignKeysEnabled = false
                let queue = try DatabaseQueue(path: copy + "/journal.sqlite", configuration: configuration)
                try await queue.writeWithoutTransaction { db in
                    try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
                    try db.execute(sql: sql)
                    #expect(db.totalChangesCount > 0 || sql.hasPrefix("PRAGMA"), "\(sql) changes nothing")
                }
                try queue.close()
            }
            try plant.file?(copy)
            let report = try JournalStore.verify(stateDirectory: copy)
            #expect(report.violations.contains { $0.rule == plant.rule }, "\(plant): \(report.violations)")
            try FileManager.default.removeItem(atPath: copy)
        }
    }

    @Test(arguments: [(0.6, false), (1.0, true)])
    func `kept answers may differ in text only where the vote joins texts`(overlap: Double, isFault: Bool)
        async throws
    {
        let run = try TinyRun(rounds: 1)
        try await run.finish()
        let queue = try DatabaseQueue(path: run.state + "/journal.sqlite")
        try await queue.write { db in
            try db.execute(
                sql: """
                    UPDATE rounds SET configuration = json_set(
                        configuration, '$.vote.answerKind', 'text', '$.answer', json_object('overlap', \(overlap))
                    )
                    """
            )
            try db.execute(sql: "UPDATE candidates SET answer = 'x' || \"index\" WHERE verdict = 'kept'")
        }
        try queue.close()

        let report = try JournalStore.verify(stateDirectory: run.state)

        #expect(report.violations.contains { $0.rule == "candidate_vote" } == isFault)
    }

    private static func makeDirectory(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    /// Changes one bit in the middle of a file.
    static func flip(_ path: String) throws {
        var data = try Data(contentsOf: URL(filePath: path))
        data[data.count / 2] ^= 0x10
        try data.write(to: URL(filePath: path))
    }
}
