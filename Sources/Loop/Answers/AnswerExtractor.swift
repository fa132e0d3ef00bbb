import Foundation

/// Reads the answer out of a candidate's text (method, section 5).
///
/// `strict` cuts the text where a line begins a new question, requires the answer cue (first occurrence after
/// the cut, either case) and gives the rest of its line to the answer kind. `authors` keeps the released
/// code's rules, see `AuthorsReader`.
public struct AnswerExtractor: Sendable {
    /// Which rules read the answer.
    public var profile: ExtractorProfile
    /// How its answers look.
    public private(set) var kind: any AnswerKind
    /// The phrase that comes before the answer, for `strict`.
    public var answerCue: String
    /// What a line begins with that starts a new question, for `strict`; nil cuts nothing.
    public var questionMarker: String?

    /// Builds an extractor from its parts.
    public init(
        profile: ExtractorProfile,
        kind: any AnswerKind,
        answerCue: String,
        questionMarker: String? = nil
    ) {
        self.profile = profile
        self.kind = kind
        self.answerCue = answerCue
        self.questionMarker = questionMarker
    }

    /// The extractor that a round uses for a question; `profile` overrides the configured one.
    ///
    /// - Throws: `LoopError` `invalid_configuration` when there is no such answer kind.
    public init(
        configuration: RoundConfiguration,
        question: QuestionInput,
        profile: ExtractorProfile? = nil,
        kinds: AnswerKinds = .standard
    ) throws(LoopError) {
        self.init(
            profile: profile ?? configuration.vote.extractor,
            kind: try kinds.named(configuration.vote.answerKind).init(question),
            answerCue: configuration.prompt.answerCue,
            questionMarker: configuration.prompt.questionMarker
        )
    }

    /// The same for many questions, one after the other: `take(_:)` sets the next.
    init(
        configuration: RoundConfiguration,
        profile: ExtractorProfile? = nil,
        kinds: AnswerKinds = .standard
    ) throws(LoopError) {
        let none = QuestionInput(text: "", split: .train, origin: "")
        try self.init(configuration: configuration, question: none, profile: profile, kinds: kinds)
    }

    /// Takes another question.
    mutating func take(_ question: QuestionInput) { kind = type(of: kind).init(question) }

    /// The answer a text gives; nil when none can be read.
    public func answer(in text: String) -> Answer? {
        switch profile {
        case .strict: strictClause(of: text).flatMap { kind.read($0).answer }
        case .authors: kind.readAsAuthors(text)
        }
    }

    /// The answer a text gives, or why none can be read.
    public func reading(of text: String) -> AnswerReading {
        switch profile {
        case .strict:
            strictClause(of: text).map { kind.read($0) } ?? .none("no answer followed \"\(answerCue)\"")
        case .authors:
            kind.readAsAuthors(text).map { .answer($0) } ?? .none("the released code's rules read no answer")
        }
    }

    /// A reference answer in the same canonical form, read by the same rules but without a cue; nil when
    /// it is no answer of this kind.
    public func reference(_ text: String) -> Answer? { kind.reference(text, profile: profile) }

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
}
