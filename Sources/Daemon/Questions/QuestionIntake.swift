import ControlAPI
import Foundation
package import Loop
import Store

/// Compares questions from outside with those of the journal: what is new, what is there already, and what
/// is not allowed.
package enum QuestionIntake {
    /// What of some questions is new, after everything has been checked.
    package struct Intake: Sendable {
        /// The new ones, in order.
        package var added: [QuestionInput] = []
        /// Those that are in the journal already, with the same content in the same split.
        package var known: [(origin: String, question: QuestionID)] = []
        /// What deserves attention.
        package var warnings: [String] = []
    }

    /// Reads a file that the configuration names.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - split: What its questions are used for.
    /// - Returns: Its questions, in order.
    /// - Throws: `DaemonError`, naming the line; with all faults when there are several.
    package static func read(_ path: String, split: Split) throws(DaemonError) -> [QuestionInput] {
        let data = try ReadFile.data(path, of: "questions.\(split.rawValue)")
        let name = URL(filePath: path).lastPathComponent
        do {
            return try QuestionFile.lines(of: data, name: path).map { line in
                line.input(split: split, origin: "\(name):\(line.line ?? 0)")
            }
        } catch {
            guard let faults = error.faults, let first = faults.first else {
                throw DaemonError(.invalidData, error.description)
            }
            throw DaemonError(.invalidData, "\(error.detail); the first: \(first)", faults: faults)
        }
    }

    /// The questions to add, after everything has been checked.
    ///
    /// A question that is in its split with the same content is skipped; one that changed or moved is an
    /// error, because rounds have been judged by it.
    ///
    /// - Parameters:
    ///   - questions: From files or from a request, in order.
    ///   - journal: What the journal holds, all splits.
    ///   - configuration: How answers are read.
    /// - Returns: The new ones, those that are there already, and what deserves attention.
    /// - Throws: `DaemonError` or `LoopError`, naming the place; `DaemonError` with all faults when there are several.
    package static func new(
        _ questions: [QuestionInput],
        journal: [Question],
        configuration: RoundConfiguration
    ) throws -> Intake {
        let known = Dictionary(journal.map { (Key($0.content), $0) }) { first, _ in first }
        var result = Intake()
        var faults: [any Error] = []
        for question in questions {
            do {
                if let old = known[Key(question)] {
                    try checkUnchanged(question, old)
                    result.known.append((question.origin, old.id))
                } else {
                    try QuestionValidation.check(question, configuration: configuration)
                    result.added.append(question)
                }
            } catch {
                faults.append(error)
            }
        }
        let findings = LeakCheck.findings(in: journal.map(\.content) + result.added, from: journal.count)
        // Known ones too: the worked examples may be new.
        let shown = ShotsCheck.findings(of: questions, in: configuration.prompt.shots)
        faults += findings.errors + shown.errors
        if let first = faults.first {
            guard faults.count > 1 else { throw first }
            throw DaemonError(
                .invalidData,
                "\(faults.count) faults in \(questions.count) questions, of which none is taken; the first: \(first)",
                faults: faults.map { "\($0)" }
            )
        }
        result.warnings = findings.warnings + shown.warnings
        return result
    }

    private static func checkUnchanged(_ question: QuestionInput, _ old: Question) throws(DaemonError) {
        guard old.content.split == question.split else {
            throw DaemonError(
                .invalidData,
                "\(question.origin): the question moved from split \(old.content.split.rawValue) (number \(old.id)) to "
                    + "\(question.split.rawValue); put it back, or start a new state directory"
            )
        }
        guard old.content.answer == question.answer, old.content.rationale == question.rationale else {
            throw DaemonError(
                .invalidData,
                "\(question.origin): answer or rationale of question \(old.id) changed since it was added; "
                    + "undo the change, or start a new state directory"
            )
        }
    }

    /// Adds what the configured files hold and the journal does not.
    ///
    /// - Parameters:
    ///   - checked: The settings with the questions of all files.
    ///   - store: The journal.
    /// - Returns: The settings with what deserves attention added, and how many questions were new.
    /// - Throws: `DaemonError` for an empty train or valid set, or what `new` throws.
    static func take(
        _ checked: CheckedSettings,
        into store: JournalStore
    ) async throws -> (CheckedSettings, count: Int) {
        var checked = checked
        let journal = try await store.allQuestions()
        try checkShots(checked, journal)
        let new = try new(checked.questions, journal: journal, configuration: checked.settings.round).added
        var counts = try await store.questionCounts()
        for question in new { counts[question.split, default: 0] += 1 }
        try checked.checkCounts(counts)
        guard !new.isEmpty else { return (checked, 0) }
        let message = "\(new.count) questions added from the configured files"
        try await store.add(new, events: [RoundEvent(.questionsAdded, message: message)])
        return (checked, new.count)
    }

    /// Finds all that `take` would refuse, before anything is written.
    ///
    /// - Parameters:
    ///   - checked: The settings with the questions of all files.
    ///   - journal: What the journal holds, all splits.
    /// - Throws: What `take` throws.
    static func checkStart(_ checked: CheckedSettings, journal: [Question]) throws {
        var checked = checked
        try checkShots(checked, journal)
        let new = try new(checked.questions, journal: journal, configuration: checked.settings.round).added
        let all = journal.map(\.content) + new
        try checked.checkCounts(Dictionary(grouping: all, by: \.split).mapValues(\.count))
    }

    /// Questions that are only in the journal: a gate question stays one when its line is taken out of the
    /// file.
    private static func checkShots(_ checked: CheckedSettings, _ journal: [Question]) throws {
        let inFiles = Set(checked.questions.map(Key.init))
        let others = journal.map(\.content).filter { !inFiles.contains(Key($0)) }
        let findings = ShotsCheck.findings(of: others, in: checked.settings.round.prompt.shots)
        if let error = findings.errors.first { throw error }
    }

    private struct Key: Hashable {
        let text: String
        let choices: [String]

        init(_ question: QuestionInput) {
            text = question.text
            choices = question.choices
        }
    }
}
