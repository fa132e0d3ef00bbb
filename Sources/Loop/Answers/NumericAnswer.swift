/// A number plainly given; compared as an exact decimal or fraction (docs/answers.md lists what is read).
public struct NumericAnswer: StrictAnswerKind, FirstEditionKind {
    /// Its name in `vote.answerKind`.
    public static let id = AnswerKindID(rawValue: "numeric")
    /// Its answers in a sentence.
    public static let plural = "numbers"

    /// What a person writes as a reference answer.
    public let referenceHint = "a number such as 12, -3.5 or 1/2"

    /// The same for every question.
    public init(_ question: QuestionInput, _ settings: AnswerSettings) {}

    /// Refuses options: their letters are not numbers.
    public static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError) {
        guard question.choices.isEmpty else {
            throw .invalidQuestion(
                question.origin,
                "the question has \(question.choices.count) options but answers are numeric",
                "set vote.answerKind to choice or remove \"choices\""
            )
        }
    }

    /// The one number of the clause's first sentence.
    public func read(_ clause: Substring) -> AnswerReading { NumberReader.read(clause, as: .clause) }

    /// The same where something after it shows that it was whole.
    public func read(cut clause: Substring) -> AnswerReading { NumberReader.read(clause, as: .cut) }

    func readAsFirst(_ clause: Substring) -> Answer? {
        FirstNumberReader.firstNumber(in: clause).map { Answer(canonical: $0.canonical) }
    }

    func referenceAsFirst(_ text: String) -> Answer? { readAsFirst(text[...]) }

    /// The unsigned integer part of the first number after the last cue.
    public func readAsAuthors(_ text: String) -> Answer? {
        AuthorsReader.number(in: text).map(Answer.init(canonical:))
    }

    /// Nothing but one number, after `####` where there is one.
    public func referenceReading(_ text: String) -> AnswerReading {
        let parts = text.split(separator: "####", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return .none("\"####\" is there \(parts.count - 1) times") }
        let reading = NumberReader.read(parts[parts.count - 1], as: .reference)
        return reading == .none("no number follows the answer cue") ? .none("it holds no number") : reading
    }

    /// Nothing but one number; for `authors` what the released code reads of it.
    public func reference(_ text: String, profile: ExtractorProfile) -> Answer? {
        switch profile {
        case .strict: referenceReading(text).answer
        case .authors: readAsAuthors(text)
        }
    }
}
