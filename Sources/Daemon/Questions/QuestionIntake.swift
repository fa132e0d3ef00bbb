import ControlAPI
import Foundation
package import Loop
package import Store

/// Compares questions from outside with those of the journal: what is new, what is there already, and what
/// is not allowed.
package enum QuestionIntake {
    /// What of some questions is new, after everything has been checked.
    package struct Intake: Sendable {
        /// The new ones, in order.
        package var added: [QuestionInput] = []
        /// Those that are in the journal already, with the same content in the same split.
        package var known: [(origin: String, question: QuestionID)] = []
        /// Other answers of train questions that are in the journal.
        package var corrected: [QuestionCorrection] = []
        /// Other variants of questions that are in the journal.
        package var reworded: [QuestionRewording] = []
        /// Questions that are in the journal with another level, or without one.
        package var levelled: [QuestionLevel] = []
        /// Those that are in the journal with the same content, and are retired.
        package var retired: [(origin: String, question: QuestionID)] = []
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
                QuestionLine(line).input(split: split, origin: "\(name):\(line.number)")
            }
        } catch {
            guard let first = error.faults.first else {
                throw DaemonError(.invalidData, error.description)
            }
            throw DaemonError(.invalidData, "\(error.detail); the first: \(first)", faults: error.faults)
        }
    }

    /// The questions to add, after everything has been checked.
    ///
    /// A question that is in its split with the same content is skipped, a retired one too. Another answer of
    /// a train question corrects it; one of another split, or a question that moved, is an error, because
    /// rounds have been judged by it. A retired question with other content is a new one.
    ///
    /// - Parameters:
    ///   - questions: From files or from a request, in order.
    ///   - journal: What the journal holds, all splits.
    ///   - retired: Which of these are out of use.
    ///   - configuration: How answers are read.
    ///   - lengths: Measures them against the model; nil does not.
    /// - Returns: The new ones, those that are there already, and what deserves attention.
    /// - Throws: `DaemonError` or `LoopError`, naming the place; `DaemonError` with all faults when there are
    ///   several.
    package static func new(
        _ questions: [QuestionInput],
        journal: [Question],
        retired: Set<QuestionID> = [],
        configuration: RoundConfiguration,
        lengths: LengthCheck? = nil
    ) throws -> Intake {
        let known = Dictionary(grouping: journal) { QuestionKey($0.content) }
        let inUse = journal.filter { !retired.contains($0.id) }
        // The gate asks valid questions where there are none of its own; without a journal that is not known
        // yet.
        let servesAsGate =
            !inUse.isEmpty && !inUse.contains { $0.content.split == .gate }
            && !questions.contains { $0.split == .gate }
        var result = Intake()
        var faults: [any Error] = []
        for question in questions {
            do {
                let versions = known[QuestionKey(question)] ?? []
                let isTaken = try result.take(
                    question,
                    versions,
                    retired: retired,
                    configuration: configuration
                )
                // Known ones too: worked examples or limits may be new. A retired one is not asked any more.
                if isTaken, let fault = lengths?.fault(of: question, isGate: servesAsGate) { throw fault }
            } catch {
                faults.append(error)
            }
        }
        let reworded = Dictionary(result.reworded.map { ($0.question, $0) }) { _, last in last }
        let old = inUse.filter { reworded[$0.id] == nil }.map(\.content)
        let changed = inUse.compactMap { question in
            reworded[question.id].map { rewording in
                var content = question.content
                (content.variants, content.origin) = (rewording.variants, rewording.origin)
                return content
            }
        }
        let findings = LeakCheck.findings(in: old + changed + result.added, from: old.count)
        // Known ones too: the worked examples may be new.
        let shown = ShotsCheck.findings(of: questions, in: configuration.prompt.shots)
        faults += findings.errors + shown.errors
        faults += RetiredCheck.errors(of: result.added, against: journal.filter { retired.contains($0.id) })
        if let first = faults.first {
            guard faults.count > 1 else { throw first }
            throw DaemonError(
                .invalidData,
                "\(faults.count) faults in \(questions.count) questions, of which none is taken; the first: \(first)",
                faults: faults.map { "\($0)" }
            )
        }
        result.warnings = findings.warnings + shown.warnings + RetiredCheck.warnings(of: result.retired)
        return result
    }

    /// Adds what the configured files hold and the journal does not, and takes corrected answers.
    ///
    /// - Parameters:
    ///   - checked: The settings with the questions of all files.
    ///   - store: The journal.
    /// - Returns: The settings with what deserves attention added, and how many questions were new and
    ///   corrected.
    /// - Throws: `DaemonError` for an empty train or valid set, or what `new` throws.
    static func take(
        _ checked: CheckedSettings,
        into store: JournalStore
    ) async throws -> (CheckedSettings, count: Int, correctedCount: Int) {
        var checked = checked
        let records = try await store.questionRecords()
        let new = try check(&checked, records)
        checked.warnings += RetiredCheck.warnings(of: new.retired)
        checked.warnings += GoneQuestions(checked, records).notes
        guard new.changesAnything else { return (checked, 0, 0) }
        var events: [RoundEvent] = []
        if !new.added.isEmpty {
            let message = "\(new.added.count) questions added from the configured files"
            events.append(RoundEvent(.questionsAdded, message: message))
        }
        events += changes(new)
        try await store.add(
            new.added,
            corrections: new.corrected,
            rewordings: new.reworded,
            levels: new.levelled,
            events: events
        )
        return (checked, new.added.count, new.corrected.count)
    }

    /// The events of what changes in questions of the journal.
    static func changes(_ new: Intake) -> [RoundEvent] {
        let rewording = new.rewordingNote.map { RoundEvent(.questionsCorrected, message: $0) }
        return [correction(new.corrected), rewording, levelling(new.levelled)].compactMap { $0 }
    }

    /// The event of other levels; nil without any.
    private static func levelling(_ levelled: [QuestionLevel]) -> RoundEvent? {
        guard !levelled.isEmpty else { return nil }
        let what = levelled.count == 1 ? "the level of 1 question" : "levels of \(levelled.count) questions"
        let names = RetiredCheck.list(levelled.map(\.question))
        return RoundEvent(
            .questionsCorrected,
            message: "\(what) set (\(names)): they count from the next round on"
        )
    }

    /// The event of corrected answers; nil without any.
    private static func correction(_ corrected: [QuestionCorrection]) -> RoundEvent? {
        guard !corrected.isEmpty else { return nil }
        let what =
            corrected.count == 1
            ? "the answer of 1 train question" : "answers of \(corrected.count) train questions"
        let names = RetiredCheck.list(corrected.map(\.question))
        return RoundEvent(
            .questionsCorrected,
            message: "\(what) corrected (\(names)): reports are marked by it from the next round on"
        )
    }

    /// Finds all that `take` would refuse, before anything is written.
    ///
    /// - Parameters:
    ///   - checked: The settings with the questions of all files.
    ///   - records: The journal's questions, retired or not.
    /// - Throws: What `take` throws.
    package static func checkStart(_ checked: CheckedSettings, _ records: [QuestionRecord]) throws {
        var checked = checked
        _ = try check(&checked, records)
    }

    /// What is new, after the worked examples, every question and the counts of those in use have been
    /// checked.
    private static func check(_ checked: inout CheckedSettings, _ records: [QuestionRecord]) throws -> Intake
    {
        let journal = records.map(\.question)
        let retired = Set(records.filter(\.isRetired).map(\.question.id))
        try checkShots(checked, journal)
        let new = try new(
            checked.questions,
            journal: journal,
            retired: retired,
            configuration: checked.settings.round.settled(checked.formats),
            lengths: checked.lengths
        )
        let inUse = records.filter { !$0.isRetired }.map(\.question.content) + new.added
        var counts = Dictionary(uniqueKeysWithValues: Split.allCases.map { ($0, 0) })
        for question in inUse { counts[question.split, default: 0] += 1 }
        try checked.checkCounts(
            counts,
            answeredCount: new.answeredCount(from: journal.filter { !retired.contains($0.id) }),
            retired: Set(new.retired.map(\.origin))
        )
        return new
    }

    /// Questions that are only in the journal: a gate question stays one when its line is taken out of the
    /// file.
    private static func checkShots(_ checked: CheckedSettings, _ journal: [Question]) throws {
        let inFiles = Set(checked.questions.map(QuestionKey.init))
        let others = journal.map(\.content).filter { !inFiles.contains(QuestionKey($0)) }
        let findings = ShotsCheck.findings(of: others, in: checked.settings.round.prompt.shots)
        if let error = findings.errors.first { throw error }
    }
}

extension QuestionIntake.Intake {
    /// Whether the journal would not be the same afterwards.
    package var changesAnything: Bool {
        !added.isEmpty || !corrected.isEmpty || !reworded.isEmpty || !levelled.isEmpty
    }

    /// Which questions have other variants, in words; nil without any.
    var rewordingNote: String? {
        guard !reworded.isEmpty else { return nil }
        let what = reworded.count == 1 ? "1 question" : "\(reworded.count) questions"
        let names = RetiredCheck.list(reworded.map(\.question))
        return "variants of \(what) changed (\(names)): candidates see them from the next round on"
    }

    /// Train questions with an answer, once this has been taken.
    ///
    /// - Parameter inUse: The journal's questions in use, of all splits.
    /// - Returns: Their number.
    fileprivate func answeredCount(from inUse: [Question]) -> Int {
        let answers = Dictionary(corrected.map { ($0.question, $0.answer) }) { _, last in last }
        let old = inUse.count { question in
            guard question.content.split == .train else { return false }
            return (answers[question.id] ?? question.content.answer) != nil
        }
        return old + added.count { $0.split == .train && $0.answer != nil }
    }

    /// Finds what one question is to the versions of it in the journal, of which one at most is in use.
    ///
    /// - Returns: Whether it is in use once this has been taken; false for a retired one.
    fileprivate mutating func take(
        _ question: QuestionInput,
        _ versions: [Question],
        retired: Set<QuestionID>,
        configuration: RoundConfiguration
    ) throws -> Bool {
        let isSame = { (old: Question) in
            old.content.answer == question.answer && old.content.rationale == question.rationale
        }
        if let old = versions.first(where: { !retired.contains($0.id) }) {
            guard old.content.split == question.split else {
                throw DaemonError(
                    .invalidData,
                    "\(question.origin): the question moved from split \(old.content.split.rawValue) (number \(old.id)) to "
                        + "\(question.split.rawValue); put it back, or start a new state directory"
                )
            }
            if old.content.variants != question.variants {
                try QuestionValidation.check(question, configuration: configuration)
                reworded.append(
                    QuestionRewording(
                        question: old.id,
                        variants: question.variants,
                        origin: question.origin
                    )
                )
            }
            if let level = question.level, level != old.content.level {
                try QuestionValidation.check(question, configuration: configuration)
                levelled.append(QuestionLevel(question: old.id, level: level))
            }
            guard !isSame(old) else {
                known.append((question.origin, old.id))
                return true
            }
            guard question.split == .train else {
                throw DaemonError(
                    .invalidData,
                    "\(question.origin): answer or rationale of question \(old.id) changed since it was added, and rounds have "
                        + "been judged by it; undo the change, or retire the question and add it again: \"autodidact retire "
                        + "\(old.id)\", then reload"
                )
            }
            try QuestionValidation.check(question, configuration: configuration)
            corrected.append(
                QuestionCorrection(
                    question: old.id,
                    answer: question.answer,
                    rationale: question.rationale,
                    origin: question.origin
                )
            )
        } else if let old = versions.first(where: { $0.content.split != question.split }) {
            throw RetiredCheck.error(of: question, against: old)
        } else if let old = versions.first(where: isSame) {
            self.retired.append((question.origin, old.id))
            return false
        } else {
            try QuestionValidation.check(question, configuration: configuration)
            added.append(question)
        }
        return true
    }
}

/// What makes two questions of files and journal the same: text and options, letter by letter.
struct QuestionKey: Hashable {
    private let text: String
    private let choices: [String]

    init(_ question: QuestionInput) {
        text = question.text
        choices = question.choices
    }
}
