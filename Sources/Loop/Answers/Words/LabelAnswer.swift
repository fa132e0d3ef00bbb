/// One of a closed set: the question's own options, or `answer.labels`.
///
/// The canonical answer is the label as the set spells it.
public struct LabelAnswer: StrictAnswerKind, ClosedAnswerKind {
    /// Its name in `vote.answerKind`.
    public static let id = AnswerKindID(rawValue: "label")
    /// Its answers in a sentence.
    public static let plural = "labels of a closed set"

    private let labels: [String]
    private let reader: WordReader

    /// The kind with a question's labels.
    public init(_ question: QuestionInput, _ settings: AnswerSettings) {
        let labels = Self.labels(of: question, settings)
        self.labels = labels
        reader = WordReader(
            phrases: WordPhrases(labels.map { ($0, $0) }),
            noun: "label",
            isBoolean: false,
            names: [:]
        )
    }

    /// The labels of the configuration; empty where each question brings its own.
    public static func classes(_ settings: AnswerSettings) -> [String] { settings.labels }

    /// What a person writes as a reference answer.
    public var referenceHint: String {
        let names = labels.prefix(6).joined(separator: ", ")
        return labels.count > 6 ? "one of the \(labels.count) labels, such as \(names)" : "one of \(names)"
    }

    /// Wants two labels or more that differ as they are read.
    public static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError) {
        guard !question.choices.isEmpty else {
            guard settings.labels.isEmpty else { return }
            throw .invalidQuestion(
                question.origin,
                "answers are labels, but answer.labels is empty and the question has no options",
                "list the labels in answer.labels, or give them in \"choices\""
            )
        }
        if let fault = fault(of: question.choices) {
            throw .invalidQuestion(
                question.origin,
                "the question's options are no labels: \(fault)",
                "change them"
            )
        }
    }

    /// Wants two labels or more that differ as they are read, or none where each question brings its own.
    public static func check(_ settings: AnswerSettings) throws(LoopError) {
        guard !settings.labels.isEmpty, let fault = fault(of: settings.labels) else { return }
        throw LoopError(.invalidConfiguration, "answer.labels is no set of labels: \(fault); change it")
    }

    /// The label that the first sentence plainly names.
    public func read(_ clause: Substring) -> AnswerReading {
        exact(clause).map { .answer($0) } ?? reader.read(clause, as: .clause)
    }

    /// The same where something after it shows that it was whole.
    public func read(cut clause: Substring) -> AnswerReading { reader.read(clause, as: .cut) }

    /// A label and nothing else.
    public func referenceReading(_ text: String) -> AnswerReading {
        exact(text[...]).map { .answer($0) } ?? reader.read(text[...], as: .reference)
    }

    /// The released code has no rules for it.
    public func readAsAuthors(_ text: String) -> Answer? { nil }

    /// A label; none for the rules of the released code.
    public func reference(_ text: String, profile: ExtractorProfile) -> Answer? {
        profile == .strict ? referenceReading(text).answer : nil
    }

    private static func labels(of question: QuestionInput, _ settings: AnswerSettings) -> [String] {
        question.choices.isEmpty ? settings.labels : question.choices
    }

    /// The label that is spelled exactly so, whatever marks and words it is made of.
    private func exact(_ text: Substring) -> Answer? {
        let wanted = ChoiceReader.exact(text)
        return labels.first { ChoiceReader.exact($0) == wanted }.map { Answer(canonical: $0) }
    }

    /// Why texts are no set of labels; nil when they are.
    private static func fault(of labels: [String]) -> String? {
        guard labels.count > 1 else { return "there must be at least two" }
        var seen: [[String]: String] = [:]
        for label in labels {
            let key = WordPhrases.key(label)
            if key.isEmpty { return "\(label.settingText) has no letter, digit or sign to be read by" }
            if let other = seen.updateValue(label, forKey: key) {
                return "\(other.settingText) and \(label.settingText) read the same"
            }
        }
        return nil
    }
}
