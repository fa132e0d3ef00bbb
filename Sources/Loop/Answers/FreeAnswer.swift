import Foundation

/// A text without one right form, such as a summary or a translation.
///
/// The vote groups the candidates of a question by the model's own hidden states (`HiddenStateGroups`). A
/// text is right if it has enough words in common with the reference: hidden states change with the adapter,
/// so that they cannot say which of two checkpoints is better.
public struct FreeAnswer: StrictAnswerKind {
    /// Its name in `vote.answerKind`.
    public static let id = AnswerKindID(rawValue: "free")
    /// Its answers in a sentence.
    public static let plural = "free texts"
    /// A text has many lines.
    public static let spansLines = true
    /// By hidden states.
    public static let isGrouped = true

    /// What a person writes as a reference answer.
    public let referenceHint = "a text as a good answer has it"

    private let overlap: Double

    /// The same for every question.
    public init(_ question: QuestionInput, _ settings: AnswerSettings) { overlap = settings.overlap }

    /// Refuses options: their letters are no texts.
    public static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError) {
        try question.refuseOptions(where: "free texts")
    }

    /// Refuses equality with the reference: a free text hardly ever has the words of another.
    public static func check(_ settings: AnswerSettings) throws(LoopError) {
        guard settings.overlap >= 1 else { return }
        throw LoopError(
            .invalidConfiguration,
            "vote.answerKind is free, but answer.overlap is \(settings.overlap): only a text with the very words of its "
                + "reference would be right; set it to the share of words that will do, such as 0.5"
        )
    }

    /// The whole clause.
    public func read(_ clause: Substring) -> AnswerReading {
        let text = clause.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { return .none("the answer is empty") }
        guard !ShortText.words(of: text).isEmpty else { return .none("the answer has no word") }
        return .answer(Answer(canonical: text))
    }

    /// None: the text itself has no end.
    public func read(cut clause: Substring) -> AnswerReading { .cutOff }

    /// A text with a word.
    public func referenceReading(_ text: String) -> AnswerReading { read(text[...]) }

    /// The released code has no rules for it.
    public func readAsAuthors(_ text: String) -> Answer? { nil }

    /// A text with a word; none for the rules of the released code.
    public func reference(_ text: String, profile: ExtractorProfile) -> Answer? {
        profile == .strict ? read(text[...]).answer : nil
    }

    /// Whether F1 over the words reaches `answer.overlap`.
    public func isRight(_ answer: Answer, _ reference: Answer) -> Bool {
        answer == reference
            || WordOverlap.f1(Self.words(of: answer), Self.words(of: reference)) >= overlap - 1e-12
    }

    /// Words as kind `text` has them; of a script without spaces each character.
    static func words(of answer: Answer) -> [String] {
        ShortText.words(of: answer.canonical).flatMap { word -> [String] in
            guard word.unicodeScalars.contains(where: \.isOfScriptWithoutSpaces) else { return [word] }
            return word.map(String.init)
        }
    }

    /// At most 200 characters of the text, on one line.
    public func shown(_ answer: Answer) -> String {
        let line = answer.canonical.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return "\"" + (line.count > 200 ? line.prefix(199) + "…" : line) + "\""
    }
}

/// What two lists of words have in common.
enum WordOverlap {
    /// F1, words counted as often as both have them; 0 for two empty lists.
    static func f1(_ left: [String], _ right: [String]) -> Double {
        guard left.count + right.count > 0 else { return 0 }
        var left = left.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        let total = left.values.reduce(0, +) + right.count
        // Whole numbers until the end, so that the order of words changes nothing.
        let common = right.reduce(0) { sum, word in
            guard let count = left[word], count > 0 else { return sum }
            left[word] = count - 1
            return sum + 1
        }
        return Double(2 * common) / Double(total)
    }
}

extension Unicode.Scalar {
    /// Han, kana, Thai, Lao, Myanmar and Khmer.
    fileprivate var isOfScriptWithoutSpaces: Bool {
        switch value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x3400...0x4DBF,
            0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF:
            true
        default: false
        }
    }
}
