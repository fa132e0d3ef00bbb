/// Yes or no, in the words that `answer.trueWords` and `answer.falseWords` name.
///
/// The canonical answers are `true` and `false` whatever the words: the vote compares truth values, records
/// of rounds with other words stay comparable, and a JSON boolean is one as it is. People see the first word.
public struct BooleanAnswer: StrictAnswerKind, ClosedAnswerKind {
    /// Its name in `vote.answerKind`.
    public static let id = AnswerKindID(rawValue: "boolean")
    /// Its answers in a sentence.
    public static let plural = "yes or no"

    private static let values = (yes: "true", no: "false")

    private let settings: AnswerSettings
    private let reader: WordReader

    /// The same for every question.
    public init(_ question: QuestionInput, _ settings: AnswerSettings) {
        self.settings = settings
        let words =
            settings.trueWords.map { (text: $0, value: Self.values.yes) }
            + settings.falseWords.map { (text: $0, value: Self.values.no) }
        reader = WordReader(
            phrases: WordPhrases(words),
            noun: "truth value",
            isBoolean: true,
            names: Dictionary(
                [(Self.values.yes, settings.trueWords.first), (Self.values.no, settings.falseWords.first)]
                    .map { ($0, $1 ?? $0) }
            ) { first, _ in first }
        )
    }

    /// The two truth values.
    public static func classes(_ settings: AnswerSettings) -> [String] { [values.yes, values.no] }

    /// What a person writes as a reference answer.
    public var referenceHint: String { "\(shown(.yes)) or \(shown(.no)), or a JSON true or false" }

    /// Refuses options: their letters say neither yes nor no.
    public static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError) {
        try question.refuseOptions(where: "yes or no")
    }

    /// Wants a word for each truth value, and none for both.
    public static func check(_ settings: AnswerSettings) throws(LoopError) {
        let lists = [("answer.trueWords", settings.trueWords), ("answer.falseWords", settings.falseWords)]
        for (path, words) in lists {
            guard !words.isEmpty else {
                throw LoopError(
                    .invalidConfiguration,
                    "\(path) is empty and vote.answerKind is boolean; name at least one word"
                )
            }
            if let bare = words.first(where: { WordPhrases.key($0).isEmpty }) {
                throw LoopError(
                    .invalidConfiguration,
                    "\(path) holds \(bare.settingText), which has no letter, digit or sign to be read by; change it"
                )
            }
        }
        let no = Set(settings.falseWords.map(WordPhrases.key))
        if let both = settings.trueWords.first(where: { no.contains(WordPhrases.key($0)) }) {
            throw LoopError(
                .invalidConfiguration,
                "answer.trueWords and answer.falseWords both hold \(both.settingText); remove it from one of them"
            )
        }
    }

    /// The truth value that the first sentence plainly gives.
    public func read(_ clause: Substring) -> AnswerReading { reader.read(clause, as: .clause) }

    /// The same where something after it shows that it was whole.
    public func read(cut clause: Substring) -> AnswerReading { reader.read(clause, as: .cut) }

    /// One of the words, or `true` and `false` as JSON has them, and nothing else.
    public func referenceReading(_ text: String) -> AnswerReading {
        let reading = reader.read(text[...], as: .reference)
        guard reading.answer == nil, [Self.values.yes, Self.values.no].contains(text) else { return reading }
        return .answer(Answer(canonical: text))
    }

    /// The released code has no rules for it.
    public func readAsAuthors(_ text: String) -> Answer? { nil }

    /// One of the words; none for the rules of the released code.
    public func reference(_ text: String, profile: ExtractorProfile) -> Answer? {
        profile == .strict ? referenceReading(text).answer : nil
    }

    /// The first of its words.
    public func shown(_ answer: Answer) -> String { reader.name(answer.canonical) }
}

extension Answer {
    fileprivate static let yes = Answer(canonical: "true")
    fileprivate static let no = Answer(canonical: "false")
}
