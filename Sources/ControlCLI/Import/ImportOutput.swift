import ControlAPI
import Foundation
import Loop

/// What `import --json` prints, and what `import.json` keeps.
struct ImportOutput: ControlReply {
    /// A file that was read.
    struct Source: Codable, Sendable {
        /// Its path as it was given.
        var name: String
        /// SHA-256 of the file as it is, packed or not.
        var sha256: String
        /// The split that it was given for; missing if it was divided.
        var split: Split?
        /// `jsonl`, `json`, `csv` or `tsv`.
        var format: String
        /// The layout; missing if fields were mapped.
        var layout: String?
        /// Which field is which part of a question, where there is no layout.
        var fields: [String: String]
        /// Its records.
        var recordCount: Int
    }

    /// The references and the kind that reads them.
    struct Answers: Codable, Sendable {
        /// For `vote.answerKind`; `other` if no kind is known that reads them.
        var kind: String
        /// The settings of this kind, such as `answer.labels: ["good", "bad"]`; none without a kind.
        var settings: [String]
        /// References that this kind reads.
        var readCount: Int
        /// Questions with a reference.
        var referenceCount: Int
    }

    /// Records that make no question.
    struct Dropped: Codable, Sendable {
        /// Why.
        var reason: String
        /// How many.
        var count: Int
        /// File and line of the first.
        var origin: String
        /// More about the first; empty if the reason says all.
        var example: String
    }

    var schemaVersion = ControlVersion.schema
    /// The program's version.
    var version = ControlVersion.program
    /// The folder.
    var directory: String
    /// Whether the files are there now.
    var isWritten = true
    /// Their names.
    var files: [String]
    var sources: [Source]
    /// What the division depends on.
    var seed: UInt64
    /// The references.
    var answers: Answers
    /// Questions of each split.
    var counts: [String: Int]
    /// Questions that wait for a rationale.
    var waitingCount: Int
    /// Worked examples.
    var shotCount: Int
    var dropped: [Dropped]
    /// What a person should know.
    var notes: [String]

    init(_ result: ImportResult, digests: [String], seed: UInt64, directory: String) {
        self.directory = directory
        self.seed = seed
        files = result.texts.map(\.name) + [ImportFolder.record]
        sources = zip(result.sources, digests).map { source, digest in
            Source(
                name: source.name,
                sha256: digest,
                split: source.split,
                format: source.format.rawValue,
                layout: source.layout,
                fields: source.fields,
                recordCount: source.recordCount
            )
        }
        answers = Answers(
            kind: result.answers.name,
            settings: result.answers.lines,
            readCount: result.answers.readCount,
            referenceCount: result.answers.referenceCount
        )
        counts = Dictionary(uniqueKeysWithValues: result.splits.map { ($0.rawValue, $1.count) })
        (waitingCount, shotCount) = (result.todo.count, result.shots.count)
        dropped = result.drops.map {
            Dropped(reason: $0.reason, count: $0.count, origin: $0.origin, example: $0.example)
        }
        notes = result.notes
    }

    /// As `import.json` has it, for people too.
    func text() throws -> String {
        let encoder = ControlCoding.encoder()
        encoder.outputFormatting.insert(.prettyPrinted)
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}

extension ImportResult {
    /// The files with questions and worked examples; a split without questions has none.
    var texts: [(name: String, text: String)] {
        var files: [(name: String, text: String)] = []
        for split in Split.allCases {
            guard let questions = splits[split], !questions.isEmpty else { continue }
            files.append((ImportFolder.name(of: split), QuestionFile.text(of: questions)))
        }
        let waiting = todo.map { question in
            var question = question
            question.rationale = ""
            return question
        }
        if !waiting.isEmpty { files.append((ImportFolder.todo, QuestionFile.text(of: waiting))) }
        if !shots.isEmpty { files.append((ImportFolder.shots, shotsText)) }
        return files
    }
}
