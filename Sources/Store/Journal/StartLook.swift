import Foundation
import Glibc
public import Loop

/// What a state directory holds, looked at before anything is written: all that can refuse a start is found
/// here.
public struct StartLook: Sendable {
    /// Every question of the journal with its newest answer, in order of split and number, retired or not; as
    /// `JournalStore.questionRecords` gives them.
    public private(set) var questionRecords: [QuestionRecord] = []
    /// The model that the directory belongs to, as recorded.
    private var owner: String?
    /// Its files, as recorded.
    private var ownerFiles: String?
    private let directory: String
    /// Checkpoint directories that a kill has left without a row.
    private(set) var leftovers: [String] = []
    /// Whether the journal has passed SQLite's own check.
    private(set) var isChecked = false

    /// Refuses another model than the directory's.
    ///
    /// - Parameter model: The model to run with.
    /// - Throws: `StoreError` `other_model`, as `JournalStore.bind` does.
    public func checkModel(_ model: ModelIdentity) throws {
        guard let owner else { return }
        do {
            try ModelBinding(owner: owner, files: ownerFiles, directory: directory).check(model)
        } catch {
            throw StoreError.wrapping(error, path: StateDirectory(directory).journal)
        }
    }

    /// A directory without a journal.
    init(emptyAt directory: String) {
        self.directory = directory
    }

    /// Looks at a directory whose lock is held; changes nothing.
    ///
    /// - Throws: `StoreError` when the journal is damaged, newer than this code, missing or older than the
    ///   checkpoints beside it, or when this user may not write what is there.
    init(_ state: StateDirectory, _ files: DurableFiles) throws {
        try Self.checkAccess(state)
        let names = try files.names(in: state.checkpoints).filter { StateDirectory.number(in: $0) != nil }
        let isThere = FileManager.default.fileExists(atPath: state.journal)
        if !isThere || GlanceKind.isFresh(state.journal) {
            // A missing journal beside checkpoints is a loss to repair by hand, not a reason to start over.
            guard names.isEmpty else {
                throw StoreError(
                    .databaseCorrupt,
                    "\(state.journal) is \(isThere ? "empty" : "missing") though there are checkpoints; restore it, "
                        + "or move \(state.checkpoints) away"
                )
            }
            self.init(emptyAt: state.path)
            return
        }
        self = try Self.patiently { try StartLook(JournalGlance(state.journal), state, files, names) }
    }

    private init(
        _ glance: JournalGlance,
        _ state: StateDirectory,
        _ files: DurableFiles,
        _ names: [String]
    ) throws {
        self.init(emptyAt: state.path)
        let version = try glance.number("PRAGMA user_version") ?? 0
        try Schema.checkVersion(version, file: state.journal)
        let problems = try glance.rows("PRAGMA quick_check(1)").compactMap(\.first)
        guard problems == ["ok"] else {
            throw StoreError.corrupt(
                state.journal,
                problems.first.flatMap { $0 } ?? "no reply to quick_check"
            )
        }
        let shape = try glance.rows(Schema.shapeQuery)
        guard version > 0 || !shape.isEmpty else {
            guard names.isEmpty else {
                throw StoreError.corrupt(state.journal, "it has no tables though there are checkpoints")
            }
            return
        }
        try Schema.checkShape(shape, of: version, file: state.journal)
        leftovers = try Leftovers(glance, state, files).find(among: names, version: version)
        let columns = version >= Schema.modelFilesVersion ? "model, model_files" : "model, NULL"
        let meta = try glance.rows("SELECT \(columns) FROM meta").first
        owner = meta?[0]
        ownerFiles = meta?[1]
        questionRecords = try Self.questionRecords(glance, version: version)
        isChecked = true
    }

    private static func questionRecords(_ glance: JournalGlance, version: Int) throws -> [QuestionRecord] {
        let hasRetirements = version >= Schema.retirementsVersion
        let selection =
            hasRetirements
            ? Question.selection(of: version).replacing(":round", with: "\(Question.nextRound)")
            : "SELECT q.id, q.text, q.choices, q.answer, q.rationale, q.split, q.origin, NULL, NULL, NULL "
                + "FROM questions AS q"
        let questions = try glance.rows("\(selection) ORDER BY q.id").map { try Question(values: $0) }
        let retired =
            hasRetirements
            ? try glance.rows(
                "SELECT question, after_round, retired_at FROM retirements WHERE back_after IS NULL"
            )
            : []
        let retirements = Dictionary(retired.map { ($0[0], $0) }) { first, _ in first }
        let records = questions.map { question in
            let retirement = retirements["\(question.id.rawValue)"]
            return QuestionRecord(
                question: question,
                retiredAt: retirement?[2],
                lastRound: retirement?[1].flatMap { Int($0) }.map(RoundID.init(rawValue:))
            )
        }
        return QuestionRecord.sorted(records)
    }

    /// Another program may be writing just now, which looks like damage: damage that stays is real.
    private static func patiently(_ look: () throws -> StartLook) throws -> StartLook {
        for _ in 0..<2 {
            do {
                return try look()
            } catch let error as StoreError where error.code == .databaseCorrupt {
                usleep(50_000)
            }
        }
        return try look()
    }

    /// Refuses what is there and may not be written, before anything is.
    private static func checkAccess(_ state: StateDirectory) throws {
        let folders = [state.path, state.checkpoints, state.training, state.exports]
        let journal = ["", "-wal", "-shm"].map { state.journal + $0 }
        for (path, mode) in folders.map({ ($0, R_OK | W_OK | X_OK) })
            + (journal + [state.lock]).map({ ($0, R_OK | W_OK) })
        {
            guard access(path, mode) != 0, errno != ENOENT else { continue }
            throw StoreError.file("write", path, errno)
        }
    }
}

/// How a journal can be looked at.
private enum GlanceKind {
    /// A file that holds nothing yet: a kill while it was made leaves it empty, or half made beside what
    /// undoes it.
    static func isFresh(_ path: String) -> Bool {
        JournalGlance.byteCount(path) == 0 || JournalGlance.needsRepair(path)
    }
}

extension Question {
    /// From values in the order of `selection`.
    fileprivate init(values: [String?]) throws {
        guard values.count == 10, let id = values[0].flatMap({ Int($0) }), let text = values[1],
            let choices = values[2], let split = values[5].flatMap(Split.init(rawValue:)),
            let origin = values[6]
        else {
            throw StoreError(
                .databaseCorrupt,
                "question \(values.first.flatMap { $0 } ?? "?") of the journal cannot be read; use the newer version"
            )
        }
        var content = QuestionInput(
            text: text,
            choices: try StoredJSON.value([String].self, from: choices),
            answer: values[3],
            rationale: values[4],
            level: values[8].flatMap { Int($0) },
            split: split,
            origin: origin,
            variants: try values[7].map { try StoredJSON.value([String].self, from: $0) } ?? []
        )
        content.paraphrases = try values[9].map { try StoredJSON.value([String].self, from: $0) } ?? []
        self.init(id: QuestionID(rawValue: id), content: content)
    }
}
