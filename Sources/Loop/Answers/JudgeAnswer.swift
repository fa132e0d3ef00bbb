import Foundation

/// What a program of the user's says about a text: `answer.judgeCommand`.
///
/// The program runs outside the daemon; `Catalog.judges` has what asks it.
public struct JudgeAnswer: AnswerKind {
    /// Its name in `vote.answerKind`.
    public static let id = AnswerKindID(rawValue: "judge")
    /// Its answers in a sentence.
    public static let plural = "verdicts of answer.judgeCommand"
    /// A program reads them.
    public static let isJudged = true

    /// What a person writes as a reference answer.
    public let referenceHint = "the text that answer.judgeCommand gives for a right answer"

    /// The same for every question.
    public init(_ question: QuestionInput, _ settings: AnswerSettings) {}

    /// All fit.
    public static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError) {}

    /// Wants a program.
    public static func check(_ settings: AnswerSettings) throws(LoopError) {
        guard settings.judgeCommand.first?.isEmpty != false else { return }
        throw LoopError(
            .invalidConfiguration,
            "vote.answerKind is judge, but answer.judgeCommand is empty; name the program that reads answers"
        )
    }

    /// One that reads nothing, where this program runs no judges.
    public static func judge(_ configuration: RoundConfiguration) -> (any AnswerJudge)? { AbsentJudge() }

    /// The clause as it is: only for texts that no judge is asked about.
    public func read(_ clause: Substring) -> AnswerReading {
        reference(String(clause), profile: .strict).map { .answer($0) } ?? .none("nothing follows")
    }

    /// Nothing.
    public func readAsAuthors(_ text: String) -> Answer? { nil }

    /// The text, without white space around it.
    public func reference(_ text: String, profile: ExtractorProfile) -> Answer? {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : Answer(canonical: text)
    }
}

/// Reads nothing: this program has no way to run the judge.
struct AbsentJudge: AnswerJudge {
    func readings(of texts: [String], question: QuestionInput) async throws -> [AnswerReading] {
        texts.map { _ in .none(.judgeFailed, "no program runs judges here") }
    }
}
