import Foundation

/// Reads the answer out of a candidate's text (method, section 5).
///
/// `strict` cuts the text where a line begins a new question, requires the answer cue (first occurrence
/// after the cut, either case) and reads the rest of its line with `NumberReader` or `ChoiceReader`.
/// `authors` keeps the released code's rules, see `AuthorsReader`.
public struct AnswerExtractor: Hashable, Sendable {
    /// Which rules read the answer.
    public var profile: ExtractorProfile
    /// How an answer looks.
    public var kind: AnswerKind
    /// The options of the question; empty for numeric ones.
    public var choices: [String]
    /// The phrase after which the answer stands, for `strict`.
    public var answerCue: String
    /// What a line begins with that starts a new question, for `strict`; nil cuts nothing.
    public var questionMarker: String?

    /// Builds an extractor from its parts.
    public init(
        profile: ExtractorProfile,
        kind: AnswerKind,
        choices: [String] = [],
        answerCue: String,
        questionMarker: String? = nil
    ) {
        self.profile = profile
        self.kind = kind
        self.choices = choices
        self.answerCue = answerCue
        self.questionMarker = questionMarker
    }

    /// The extractor that a round uses for a question; `profile` overrides the configured one.
    public init(
        configuration: RoundConfiguration,
        question: QuestionInput,
        profile: ExtractorProfile? = nil
    ) {
        self.init(configuration: configuration, choices: question.choices, profile: profile)
    }

    /// The same for many questions: their options are then set one after the other.
    init(configuration: RoundConfiguration, choices: [String] = [], profile: ExtractorProfile? = nil) {
        self.init(
            profile: profile ?? configuration.vote.extractor,
            kind: configuration.vote.answerKind,
            choices: choices,
            answerCue: configuration.prompt.answerCue,
            questionMarker: configuration.prompt.questionMarker
        )
    }

    /// The answer a text gives; nil when none can be read.
    public func answer(in text: String) -> Answer? {
        switch profile {
        case .strict: strictClause(of: text).flatMap { strictAnswer(in: $0) }
        case .authors: authorsAnswer(in: text)
        }
    }

    /// A reference answer in the same canonical form, read by the same rules but without a cue; nil when
    /// it is no answer of this kind.
    public func reference(_ text: String) -> Answer? {
        switch (kind, profile) {
        case (.numeric, .strict): return strictAnswer(in: text)
        case (.numeric, .authors): return authorsAnswer(in: text)
        case (.choice, _):
            let reader = ChoiceReader(choices: choices)
            return (reader.letter(ofText: text) ?? reader.letter(in: text)).map(Answer.init(canonical:))
        }
    }

    /// Whether a text's answer equals the reference answer; nil without a readable reference.
    public func isRight(_ answer: Answer?, reference text: String?) -> Bool? {
        guard let text, let wanted = reference(text) else { return nil }
        return answer == wanted
    }

    /// Whether the text reaches the cue, so that a token limit cut nothing that matters.
    public func reachesAnswer(in text: String) -> Bool {
        switch profile {
        case .strict: strictClause(of: text) != nil
        case .authors: AuthorsReader.hasCue(text)
        }
    }

    private func strictClause(of text: String) -> Substring? {
        let marker = questionMarker.flatMap { $0.isEmpty ? nil : $0 }
        let plainMarker = marker.flatMap(PlainPhrase.init)
        if let cue = PlainPhrase(answerCue), (marker == nil) == (plainMarker == nil),
            let found = PlainBytes.read(text, { $0.clause(after: cue, before: plainMarker) })
        {
            guard let found else { return nil }
            let start = text.utf8.index(text.startIndex, offsetBy: found.lowerBound)
            return text[start..<text.utf8.index(start, offsetBy: found.count)]
        }
        let own = cut(text)
        guard let cue = own.range(of: answerCue, options: .caseInsensitive) else { return nil }
        return own[cue.upperBound...].prefix { !$0.isNewline }
    }

    /// The text up to the first line that begins with the question marker.
    private func cut(_ text: String) -> Substring {
        guard let questionMarker, !questionMarker.isEmpty else { return text[...] }
        var start = text.startIndex
        while start < text.endIndex {
            let line = text[start...].prefix { !$0.isNewline }
            if line.drop(while: \.isWhitespace).hasPrefix(questionMarker) { return text[..<start] }
            guard line.endIndex < text.endIndex else { break }
            start = text.index(after: line.endIndex)
        }
        return text[...]
    }

    private func strictAnswer(in clause: some StringProtocol) -> Answer? {
        switch kind {
        case .numeric: NumberReader.firstNumber(in: clause).map { Answer(canonical: $0.canonical) }
        case .choice: ChoiceReader(choices: choices).letter(in: clause).map(Answer.init(canonical:))
        }
    }

    private func authorsAnswer(in text: String) -> Answer? {
        switch kind {
        case .numeric: AuthorsReader.number(in: text).map(Answer.init(canonical:))
        case .choice: AuthorsReader.letter(in: text).map(Answer.init(canonical:))
        }
    }
}
