/// A number: signs, thousands, decimals, fractions; compared as an exact decimal or fraction.
public struct NumericAnswer: AnswerKind {
    /// Its name in `vote.answerKind`.
    public static let id = AnswerKindID(rawValue: "numeric")
    /// Its answers in a sentence.
    public static let plural = "numbers"

    /// What a person writes as a reference answer.
    public let referenceHint = "a number such as 12, -3.5 or 1/2"

    /// The same for every question.
    public init(_ question: QuestionInput) {}

    /// Refuses options: their letters are not numbers.
    public static func check(_ question: QuestionInput) throws(LoopError) {
        guard question.choices.isEmpty else {
            throw .invalidQuestion(
                question.origin,
                "the question has \(question.choices.count) options but answers are numeric",
                "set vote.answerKind to choice or remove \"choices\""
            )
        }
    }

    /// The first number of the clause.
    public func read(_ clause: Substring) -> AnswerReading {
        guard let number = NumberReader.firstNumber(in: clause) else {
            return .none("no number follows the answer cue")
        }
        return .answer(Answer(canonical: number.canonical))
    }

    /// The unsigned integer part of the first number after the last cue.
    public func readAsAuthors(_ text: String) -> Answer? {
        AuthorsReader.number(in: text).map(Answer.init(canonical:))
    }

    /// A number, read by the same rules as a candidate's.
    public func reference(_ text: String, profile: ExtractorProfile) -> Answer? {
        switch profile {
        case .strict: read(text[...]).answer
        case .authors: readAsAuthors(text)
        }
    }
}
