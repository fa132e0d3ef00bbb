/// How an answer looks: what a question must hold for it, how it is read out of a text, and when two are the
/// same.
///
/// A kind is one file with one type, and one line in `AnswerKinds`. A value of it serves one question.
public protocol AnswerKind: AnswerKindTraits, AnswerComparison {
    /// The kind for one question.
    init(_ question: QuestionInput, _ settings: AnswerSettings)

    /// What a person writes as a reference answer, such as `a number such as 12`.
    var referenceHint: String { get }

    /// Reads a clause: the rest of the line after the answer cue.
    func read(_ clause: Substring) -> AnswerReading

    /// Reads a whole text by the rules of the released code; nil where those read nothing.
    func readAsAuthors(_ text: String) -> Answer?

    /// A reference answer; nil when it is not plainly one.
    func reference(_ text: String, profile: ExtractorProfile) -> Answer?

    /// An answer as a person reads it.
    func shown(_ answer: Answer) -> String
}

/// When two answers are the same; by default, when their canonical texts are.
public protocol AnswerComparison: Sendable {
    /// What the vote compares: one key per candidate, nil for those without an answer; equal keys are one
    /// answer.
    func voteKeys(_ answers: [String?]) -> [String?]

    /// Whether an answer counts as the reference answer.
    func isRight(_ answer: Answer, _ reference: Answer) -> Bool

    /// A sentence for `explain` about how the vote compared these answers; nil where the keys say it all.
    func voteNote(_ answers: [String?]) -> String?
}

extension AnswerComparison {
    /// The canonical texts.
    public func voteKeys(_ answers: [String?]) -> [String?] { answers }

    /// None.
    public func voteNote(_ answers: [String?]) -> String? { nil }

    /// Whether the canonical texts are equal.
    public func isRight(_ answer: Answer, _ reference: Answer) -> Bool { answer == reference }
}

/// An answer kind with a closed set of answers: the report says how its votes are spread over them.
///
/// A value of it depends on the settings and the question's options, and on nothing else of the question.
public protocol ClosedAnswerKind: AnswerKind {
    /// The canonical answers that there can be; empty where each question brings its own.
    static func classes(_ settings: AnswerSettings) -> [String]
}

/// What an answer kind says of itself, whatever the question.
public protocol AnswerKindTraits: Sendable {
    /// Its name in `vote.answerKind`.
    static var id: AnswerKindID { get }
    /// Its answers in a sentence, such as `numbers`.
    static var plural: String { get }
    /// Whether its questions carry options.
    static var needsOptions: Bool { get }
    /// Whether only a program outside can read its answers.
    static var isJudged: Bool { get }
    /// Whether an answer may go on after its line: then a clause that begins after a cue ends with the text.
    static var spansLines: Bool { get }

    /// Whether the vote groups its answers by the model's hidden states; single answers then have no
    /// majority.
    static var isGrouped: Bool { get }

    /// Checks that a question fits the kind.
    ///
    /// - Throws: `LoopError` `invalid_data` with the question's origin, what is wrong and what to do.
    static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError)

    /// Checks that the settings fit the kind.
    ///
    /// - Throws: `LoopError` `invalid_configuration` with path, value and what to do.
    static func check(_ settings: AnswerSettings) throws(LoopError)

    /// A program outside that reads the kind's answers; nil for kinds that read by themselves.
    static func judge(_ configuration: RoundConfiguration) -> (any AnswerJudge)?
}

extension AnswerKindTraits {
    /// No options.
    public static var needsOptions: Bool { false }

    /// It reads by itself.
    public static var isJudged: Bool { false }

    /// One line.
    public static var spansLines: Bool { false }

    /// By the answers themselves.
    public static var isGrouped: Bool { false }

    /// All fit.
    public static func check(_ settings: AnswerSettings) throws(LoopError) {}

    /// None.
    public static func judge(_ configuration: RoundConfiguration) -> (any AnswerJudge)? { nil }
}

extension AnswerKind {
    /// The canonical text.
    public func shown(_ answer: Answer) -> String { answer.canonical }
}

/// An answer kind that says why a reference is none, and knows when a cut text shows a whole answer.
///
/// Other kinds get a rule that fits any text: a cut answer counts where it is the same without the text's
/// last word.
public protocol StrictAnswerKind: AnswerKind {
    /// Reads a clause that ends where the token limit cut the text off: an answer only if what follows it
    /// shows that it was whole, otherwise `AnswerReading.cutOff`.
    func read(cut clause: Substring) -> AnswerReading

    /// Reads a reference answer, which must be nothing but one answer.
    func referenceReading(_ text: String) -> AnswerReading
}

/// An answer kind that version 0.1.0 had: rounds that began with its rules (`VoteSettings.Reading.first`) end
/// with them.
protocol FirstEditionKind: AnswerKind {
    /// Reads a clause.
    func readAsFirst(_ clause: Substring) -> Answer?

    /// Reads a reference answer for profile `strict`.
    func referenceAsFirst(_ text: String) -> Answer?
}

/// The name of an answer kind.
public struct AnswerKindID: SettingName {
    /// Its spelling.
    public let rawValue: String

    /// Wraps a spelling.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// What reading a text has given: an answer, or why there is none.
public enum AnswerReading: Hashable, Sendable {
    /// The answer.
    case answer(Answer)
    /// None, and why: a clause that follows "It was dropped:".
    case none(String)

    /// The answer, if there is one.
    public var answer: Answer? {
        guard case .answer(let answer) = self else { return nil }
        return answer
    }

    /// None, because the token limit may have cut the answer itself.
    public static let cutOff = AnswerReading.none(cutOffReason)

    static let cutOffReason = "the token limit cut the text off before the answer was whole"
}

/// A program outside that reads or runs answers, such as tests of code or a user's own verifier.
public protocol AnswerJudge: Sendable {
    /// Judges texts of one question.
    ///
    /// - Parameters:
    ///   - texts: The candidates' texts in order.
    ///   - question: Their question.
    /// - Returns: One reading per text, in order. A text that cannot be judged is `.none` with the reason; it
    ///   never ends the round.
    /// - Throws: `CancellationError` alone.
    func readings(of texts: [String], question: QuestionInput) async throws -> [AnswerReading]
}
