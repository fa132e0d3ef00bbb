import Foundation
import Loop
import Store

/// Questions in use that came from the configured files, and whose lines these no longer have.
///
/// A line that is taken out of a file takes nothing out of the journal: only a person says that a question is
/// retired.
struct GoneQuestions {
    /// They, in order of split and number.
    let questions: [Question]
    private let settings: DaemonSettings

    /// Compares files and journal.
    ///
    /// - Parameters:
    ///   - checked: The settings with the questions of all files.
    ///   - records: The journal's questions.
    init(_ checked: CheckedSettings, _ records: [QuestionRecord]) {
        settings = checked.settings
        let inFiles = Set(checked.questions.map(QuestionKey.init))
        let names = Dictionary(
            uniqueKeysWithValues: Split.allCases.map { ($0, Self.name(of: checked.settings.questions[$0])) }
        )
        questions = records.filter { !$0.isRetired }.map(\.question).filter { question in
            let content = question.content
            return Self.file(of: content.origin) == names[content.split]
                && !inFiles.contains(QuestionKey(content))
        }
    }

    /// A sentence for each split that has some.
    var notes: [String] {
        Split.allCases.compactMap { split in
            let count = questions.count { $0.content.split == split }
            guard count > 0 else { return nil }
            let what = "\(count) \(split.rawValue) question\(count == 1 ? " is" : "s are")"
            return "\(what) in the journal and no longer in \(Self.name(of: settings.questions[split])): "
                + "\"autodidact retire --file-gone\", or leave \(count == 1 ? "it" : "them")"
        }
    }

    /// Sentences on questions in use from files that the configuration named until now.
    static func renamed(
        from old: DaemonSettings,
        to new: CheckedSettings,
        _ records: [QuestionRecord]
    ) -> [String] {
        let inFiles = Set(new.questions.map(QuestionKey.init))
        return Split.allCases.compactMap { split in
            let (before, after) = (name(of: old.questions[split]), name(of: new.settings.questions[split]))
            guard !before.isEmpty, before != after else { return nil }
            let count = records.count { record in
                let content = record.question.content
                return !record.isRetired && content.split == split && file(of: content.origin) == before
                    && !inFiles.contains(QuestionKey(content))
            }
            guard count > 0 else { return nil }
            let what = "\(count) \(split.rawValue) question\(count == 1 ? "" : "s") from \(before)"
            return
                "\(what) \(count == 1 ? "stays" : "stay") in use, which questions.\(split.rawValue) no longer names: "
                + "\"autodidact retire --file \(before)\", or leave \(count == 1 ? "it" : "them")"
        }
    }

    /// The file in a question's origin, such as `train.jsonl` in `train.jsonl:7`.
    static func file(of origin: String) -> Substring {
        origin.lastIndex(of: ":").map { origin[..<$0] } ?? origin[...]
    }

    private static func name(of path: String) -> Substring {
        path.isEmpty ? "" : URL(filePath: path).lastPathComponent[...]
    }
}
