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
    /// Which edition of the rules, for `strict`: `VoteSettings.Reading`.
    public var edition: Int
    /// Where the answer is, for `strict`.
    public let settings: AnswerSettings
    /// Whether what a text has in `<think>` tags is left out, by either profile.
    public var skipsThinking = false
    /// The options of the question that `kind` is for; nil until the first is taken.
    private var choices: [String]?

    /// Builds an extractor from its parts.
    public init(
        profile: ExtractorProfile,
        kind: any AnswerKind,
        answerCue: String,
        questionMarker: String? = nil,
        edition: Int = VoteSettings.Reading.newest,
        settings: AnswerSettings = AnswerSettings()
    ) {
        self.settings = settings
        self.edition = edition
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
            kind: try kinds.named(configuration.vote.answerKind).init(question, configuration.answer),
            answerCue: configuration.prompt.answerCue,
            questionMarker: configuration.prompt.questionMarker,
            edition: configuration.vote.reading,
            settings: configuration.answer
        )
        skipsThinking = configuration.prompt.mayThink
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
    mutating func take(_ question: QuestionInput) {
        // Hundreds of labels need not be prepared again for each of ten thousand questions.
        if kind is any ClosedAnswerKind, question.choices == choices { return }
        choices = question.choices
        kind = type(of: kind).init(question, settings)
    }

    /// The answer a text gives; nil when none can be read.
    ///
    /// - Parameters:
    ///   - text: A candidate's text.
    ///   - isCut: Whether the token limit cut it off.
    /// - Returns: The answer.
    public func answer(in text: String, isCut: Bool = false) -> Answer? {
        guard let text = heard(text) else { return nil }
        return switch profile {
        case .strict: strictClause(of: text).flatMap { read($0, of: text, isCut: isCut).answer }
        case .authors: kind.readAsAuthors(text)
        }
    }

    /// The answer a text gives, or why none can be read.
    ///
    /// - Parameters:
    ///   - text: A candidate's text.
    ///   - isCut: Whether the token limit cut it off.
    /// - Returns: The answer or the reason.
    public func reading(of text: String, isCut: Bool = false) -> AnswerReading {
        guard let text = heard(text) else { return isCut ? .cutOff : .unspoken }
        return switch profile {
        case .strict:
            strictClause(of: text).map { read($0, of: text, isCut: isCut) }
                ?? (isCut ? .cutOff : .none(settings.pattern.missing(cue: answerCue, tag: settings.tag)))
        case .authors:
            kind.readAsAuthors(text).map { .answer($0) } ?? .none("the released code's rules read no answer")
        }
    }

    /// The part of a text that may hold the answer; nil when all of it is thinking.
    private func heard(_ text: String) -> String? {
        guard skipsThinking, text.utf8.contains(Self.less) else { return text }
        return text.spoken.map(String.init)
    }

    private var firstEdition: (any FirstEditionKind)? {
        edition == VoteSettings.Reading.first ? kind as? any FirstEditionKind : nil
    }

    /// Reads the clause; one that goes up to where the text was cut must show that its answer is whole.
    private func read(_ clause: Substring, of text: String, isCut: Bool) -> AnswerReading {
        if edition == VoteSettings.Reading.first {
            guard let firstEdition else { return kind.read(clause) }
            return firstEdition.readAsFirst(clause).map { .answer($0) }
                ?? .none("no answer followed the answer cue")
        }
        guard isCut, clause.endIndex == text.endIndex else { return kind.read(clause) }
        if let kind = kind as? any StrictAnswerKind { return kind.read(cut: clause) }
        let reading = kind.read(clause)
        let words =
            clause.lastIndex(where: \.isWhitespace).map { clause[..<$0] } ?? clause[..<clause.startIndex]
        return kind.read(words) == reading ? reading : .cutOff
    }

    /// A reference answer in the same canonical form; nil when it is not plainly one answer of this kind.
    public func reference(_ text: String) -> Answer? {
        guard profile == .strict, let firstEdition else { return kind.reference(text, profile: profile) }
        return firstEdition.referenceAsFirst(text)
    }

    /// The same for profile `strict`, or why it is none.
    public func referenceReading(_ text: String) -> AnswerReading {
        if firstEdition == nil, let kind = kind as? any StrictAnswerKind {
            return kind.referenceReading(text)
        }
        return reference(text).map { .answer($0) } ?? .none("it is none of the answers that there can be")
    }

    /// Whether a text's answer equals the reference answer; nil without a readable reference.
    public func isRight(_ answer: Answer?, reference text: String?) -> Bool? {
        guard let text, let wanted = reference(text) else { return nil }
        return answer.map { kind.isRight($0, wanted) } ?? false
    }

    /// Whether the text reaches the cue.
    public func reachesAnswer(in text: String) -> Bool {
        guard let text = heard(text) else { return false }
        return switch profile {
        case .strict: strictClause(of: text) != nil
        case .authors: AuthorsReader.hasCue(text)
        }
    }

    private func strictClause(of text: String) -> Substring? {
        let spansLines = type(of: kind).spansLines
        if edition != VoteSettings.Reading.first,
            settings.pattern != .cue || spansLines || text.utf8.contains(Self.less)
        {
            guard let own = cut(text).afterThinking else { return nil }
            return settings.pattern.clause(
                of: own,
                cue: answerCue,
                tag: settings.tag,
                spansLines: spansLines
            )
        }
        let marker = questionMarker.flatMap { $0.isEmpty ? nil : $0 }
        let plainMarker = marker.flatMap(PlainPhrase.init)
        if let cue = PlainPhrase(answerCue), (marker == nil) == (plainMarker == nil),
            let found = PlainBytes.read(text, { $0.clause(after: cue, before: plainMarker) })
        {
            guard let found else { return nil }
            let start = text.utf8.index(text.startIndex, offsetBy: found.lowerBound)
            return text[start..<text.utf8.index(start, offsetBy: found.count)]
        }
        return AnswerPattern.cue.clause(of: cut(text), cue: answerCue, tag: settings.tag)
    }

    private static let less = UInt8(ascii: "<")

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
