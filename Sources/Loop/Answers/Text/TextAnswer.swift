/// A short text; compared without regard to case, articles, punctuation and white space.
///
/// With `answer.overlap` below 1, two texts are one answer when they have that share of their words in common
/// (F1), and the same numbers and denials.
public struct TextAnswer: StrictAnswerKind {
    /// Its name in `vote.answerKind`.
    public static let id = AnswerKindID(rawValue: "text")
    /// Its answers in a sentence.
    public static let plural = "short texts"
    /// Most words of an answer: a longer text is not one plain answer.
    static let mostWords = 12
    /// Most characters of an answer.
    static let mostCharacters = 100

    /// What a person writes as a reference answer.
    public let referenceHint = "a short text of at most \(mostWords) words, such as the Eiffel Tower"

    private let overlap: Double

    /// The same for every question.
    public init(_ question: QuestionInput, _ settings: AnswerSettings) { overlap = settings.overlap }

    /// Refuses options: their letters are no texts.
    public static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError) {
        try question.refuseOptions(where: "texts")
    }

    /// The first sentence up to its explanation.
    public func read(_ clause: Substring) -> AnswerReading { Self.read(TextSentence(clause), isCut: false) }

    /// The same where more follows the sentence.
    public func read(cut clause: Substring) -> AnswerReading { Self.read(TextSentence(clause), isCut: true) }

    /// One sentence without an explanation.
    public func referenceReading(_ text: String) -> AnswerReading {
        let sentence = TextSentence(text[...])
        if sentence.hasCause { return .none("\"because\" begins an explanation; give the answer alone") }
        if sentence.isFollowed { return .none("more follows the first sentence") }
        return Self.read(sentence, isCut: false)
    }

    /// The released code has no rules for it.
    public func readAsAuthors(_ text: String) -> Answer? { nil }

    /// A short text; none for the rules of the released code.
    public func reference(_ text: String, profile: ExtractorProfile) -> Answer? {
        profile == .strict ? referenceReading(text).answer : nil
    }

    /// Each answer joins the first answer before it, in the order of candidates, that has joined no other and
    /// that it overlaps with.
    ///
    /// It is compared with those first answers alone, so that a chain of small steps joins nothing.
    public func voteKeys(_ answers: [String?]) -> [String?] {
        guard overlap < 1 else { return answers }
        var firsts: [(key: String, words: OverlapWords)] = []
        var known: [String: String] = [:]
        return answers.map { answer in
            guard let answer else { return nil }
            if let key = known[answer] { return key }
            let words = OverlapWords(answer)
            let key = firsts.first { words.overlaps($0.words, by: overlap) }?.key ?? answer
            if key == answer { firsts.append((key, words)) }
            known[answer] = key
            return key
        }
    }

    /// Whether the texts are equal, or overlap enough.
    public func isRight(_ answer: Answer, _ reference: Answer) -> Bool {
        guard answer != reference, overlap < 1 else { return answer == reference }
        return OverlapWords(answer.canonical).overlaps(OverlapWords(reference.canonical), by: overlap)
    }

    private static func read(_ sentence: TextSentence, isCut: Bool) -> AnswerReading {
        if isCut, !sentence.isFollowed, !sentence.hasCause { return .cutOff }
        if sentence.isAsked { return .none("the answer ends in a question mark: it is asked, not said") }
        let words = ShortText.words(of: sentence.answer)
        guard !words.isEmpty else { return .none("the answer is empty") }
        let canonical = words.joined(separator: " ")
        guard words.count <= mostWords else {
            return .none("the answer has \(words.count) words, more than \(mostWords): it is no short text")
        }
        guard canonical.count <= mostCharacters else {
            return .none(
                "the answer has \(canonical.count) characters, more than \(mostCharacters): it is no short text"
            )
        }
        guard !ShortText.abstentions.contains(canonical) else {
            return .none("\"\(canonical)\" says that there is no answer")
        }
        return .answer(Answer(canonical: canonical))
    }
}
