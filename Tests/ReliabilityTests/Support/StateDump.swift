import Foundation
import GRDB
import Store
import Testing

/// Everything a state directory holds that must not depend on interruptions: all tables but for times and the
/// numbers of events, and every byte of checkpoints and exports.
struct StateDump: Equatable {
    /// Lines per table or directory.
    private(set) var parts: [String: [String]] = [:]

    /// Reads a state directory that no daemon holds.
    init(_ state: String) throws {
        let queue = try DatabaseQueue(path: state + "/journal.sqlite")
        defer { try? queue.close() }
        let queries = [
            "questions":
                "SELECT id, text, choices, answer, rationale, split, origin FROM questions ORDER BY id",
            "rounds": """
            SELECT id, parent, phase, outcome, checkpoint, seed, configuration,
                json_remove(report, '$.secondsPerPhase', '$.failure'), finished_at IS NULL FROM rounds ORDER BY id
            """,
            "waves": #"SELECT round, "index", questions, is_done FROM waves ORDER BY round, "index""#,
            "candidates": #"SELECT * FROM candidates ORDER BY round, question, "index""#,
            "texts": #"SELECT * FROM candidate_texts ORDER BY round, question, "index""#,
            "checkpoints": """
            SELECT id, round, parent, directory, sha256, files, is_promoted, is_pinned, is_pruned, is_corrupt
            FROM checkpoints ORDER BY id
            """,
            "evaluations": """
            SELECT checkpoint, split, basis, question_count, right_count, share, accuracy_per_profile, mean_loss,
                answers FROM evaluations ORDER BY checkpoint, split
            """,
            "control": "SELECT current, is_paused FROM control",
            "rollbacks": "SELECT previous, target FROM rollbacks ORDER BY id",
            "receipts": "SELECT key, request, reply FROM receipts ORDER BY key",
        ]
        for (name, sql) in queries {
            parts[name] = try queue.read { db in try Row.fetchAll(db, sql: sql).map { "\($0)" } }
        }
        // Journals of 0.1.0 have none, and most runs have nothing in them.
        let later = [
            "archives":
                "SELECT round, part, format, first_question, last_question, question_count FROM archives ORDER BY round, part",
            "retirements": "SELECT question, after_round, back_after FROM retirements ORDER BY id",
            "corrections":
                "SELECT question, after_round, answer, rationale, origin FROM corrections ORDER BY id",
            "variants": "SELECT question, after_round, texts FROM variants ORDER BY question, after_round",
            "levels": "SELECT question, after_round, level FROM levels ORDER BY question, after_round",
            "paraphrases": "SELECT * FROM paraphrases ORDER BY question, round",
        ]
        for (name, sql) in later where try queue.read({ try $0.tableExists(name) }) {
            let lines = try queue.read { db in try Row.fetchAll(db, sql: sql).map { "\($0)" } }
            if !lines.isEmpty { parts[name] = lines }
        }
        for name in ["checkpoints", "exports"] {
            parts["files of \(name)"] = try Self.files(state + "/" + name)
        }
    }

    /// The parts that differ.
    func differences(from other: StateDump) -> [String] {
        parts.keys.sorted().flatMap { name -> [String] in
            let (mine, theirs) = (parts[name] ?? [], other.parts[name] ?? [])
            guard mine != theirs else { return [] }
            let pair = zip(mine, theirs).first { $0 != $1 }
            return [
                "\(name): \(mine.count) and \(theirs.count) lines; \(pair?.0.prefix(400) ?? "") | "
                    + "\(pair?.1.prefix(400) ?? "")"
            ]
        }
    }

    private static func files(_ directory: String) throws -> [String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: directory).sorted()
        return try names.compactMap { name in
            var isDirectory = ObjCBool(false)
            let path = directory + "/" + name
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            guard !isDirectory.boolValue else { return nil }
            return try name + " " + Data(contentsOf: URL(filePath: path)).base64EncodedString()
        }
    }
}

extension TinyRun {
    /// What must be the same whatever happened on the way.
    func dump() throws -> StateDump { try StateDump(state) }

    /// Ends every reliability test: the state is sound.
    func expectSound(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let report = try JournalStore.verify(stateDirectory: state)
        #expect(report.violations.isEmpty, "\(report.violations)", sourceLocation: sourceLocation)
    }

    /// The state is sound and equal to that of a run that was never interrupted.
    func expectSame(
        as whole: StateDump,
        _ what: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try expectSound(sourceLocation: sourceLocation)
        let differences = try dump().differences(from: whole)
        #expect(
            differences == [],
            "\(what): \(differences.joined(separator: "; "))",
            sourceLocation: sourceLocation
        )
    }
}
