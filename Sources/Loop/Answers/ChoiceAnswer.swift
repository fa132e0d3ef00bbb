/// One of the question's lettered options, by its letter or its own text.
public struct ChoiceAnswer: StrictAnswerKind, FirstEditionKind {
    /// Its name in `vote.answerKind`.
    public static let id = AnswerKindID(rawValue: "choice")
    /// Its answers in a sentence.
    public static let plural = "lettered options"
    /// Its questions have options.
    public static let needsOptions = true

    private let reader: ChoiceReader

    /// The kind with a question's options.
    public init(_ question: QuestionInput, _ settings: AnswerSettings) {
        reader = ChoiceReader(choices: question.choices)
    }

    /// What a person writes as a reference answer.
    public var referenceHint: String {
        let last = ChoiceReader.letter(of: reader.choices.count - 1) ?? "Z"
        return "one of the letters A to \(last) or an option's text"
    }

    /// Wants 2 to 26 options that differ.
    public static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError) {
        let choices = question.choices
        guard (2...26).contains(choices.count) else {
            throw .invalidQuestion(
                question.origin,
                "the question has \(choices.count) options",
                "give between 2 and 26 in \"choices\""
            )
        }
        let names = choices.map(ChoiceReader.exact)
        if let empty = choices.indices.first(where: { choices[$0].allSatisfy(\.isWhitespace) }) {
            throw .invalidQuestion(question.origin, "option \(empty + 1) is empty", "write its text")
        }
        if let twice = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
            throw .invalidQuestion(
                question.origin,
                "option \"\(choices[twice])\" is there twice",
                "make options differ"
            )
        }
    }

    /// The option that the clause names by letter or by its own text.
    public func read(_ clause: Substring) -> AnswerReading { reader.read(clause, as: .clause) }

    /// The same where something after it shows that it was whole.
    public func read(cut clause: Substring) -> AnswerReading { reader.read(clause, as: .cut) }

    /// A letter or an option's text, and nothing else.
    public func referenceReading(_ text: String) -> AnswerReading { reader.read(text[...], as: .reference) }

    func readAsFirst(_ clause: Substring) -> Answer? {
        FirstChoiceReader(choices: reader.choices).letter(in: clause).map(Answer.init(canonical:))
    }

    func referenceAsFirst(_ text: String) -> Answer? {
        let first = FirstChoiceReader(choices: reader.choices)
        return (first.letter(ofText: text) ?? first.letter(in: text)).map(Answer.init(canonical:))
    }

    /// The first letter in brackets after the last cue, whether there is such an option or not.
    public func readAsAuthors(_ text: String) -> Answer? {
        AuthorsReader.letter(in: text).map(Answer.init(canonical:))
    }

    /// A letter or an option's text, whatever the profile.
    public func reference(_ text: String, profile: ExtractorProfile) -> Answer? {
        referenceReading(text).answer
    }
}
