import Foundation
import Loop
import Synchronization

extension ScoreName {
    static let length = ScoreName(rawValue: "length")
}

extension VerdictReason {
    static let tooLongForTaste = VerdictReason(rawValue: "too_long_for_taste")
}

/// The smallest scorer: how many tokens a candidate has.
struct LengthScorer: CandidateScorer {
    static let name = ScoreName.length
    static let needsValid = false

    init(_ configuration: RoundConfiguration) {}

    func score(
        _ candidates: inout [Candidate],
        in context: ScoringContext,
        report: inout RoundReport
    ) async throws -> ScoringNote {
        for index in candidates.indices {
            candidates[index].scores[.length] = Double(candidates[index].tokenCount)
        }
        return ScoringNote(line: "\(candidates.count) lengths taken")
    }
}

/// The smallest filter with a score: it keeps four tokens and fewer.
struct ShortFilter: SelectionFilter {
    static let name = FilterName(rawValue: "short")
    static let reasons = [VerdictReason.tooLongForTaste]
    static let neededScores = [ScoreName.length]

    init(_ configuration: RoundConfiguration) {}

    func apply(to pool: inout SelectionPool) {
        for place in pool.remaining where pool.candidates[place].scores[.length] ?? 0 > 4 {
            pool.drop(place, .tooLongForTaste)
        }
    }

    func sentence(for candidate: Candidate, standing: FilterStanding, in round: RoundRecord) -> String? {
        candidate.scores[.length].map { "It is \(Int($0)) tokens long." }
    }

    func cause(of reason: VerdictReason, for candidate: Candidate) -> String { "it has more than 4 tokens" }
}

/// The smallest answer kind: whether a number is even.
struct ParityAnswer: AnswerKind {
    static let id = AnswerKindID(rawValue: "parity")
    static let plural = "parities"
    let referenceHint = "a whole number, even or odd"

    init(_ question: QuestionInput, _ settings: AnswerSettings) {}

    static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError) {}

    func read(_ clause: Substring) -> AnswerReading {
        guard let digit = clause.last(where: \.isNumber)?.wholeNumberValue else { return .none("no digit") }
        return .answer(Answer(canonical: digit.isMultiple(of: 2) ? "even" : "odd"))
    }

    func readAsAuthors(_ text: String) -> Answer? { nil }

    func reference(_ text: String, profile: ExtractorProfile) -> Answer? { read(text[...]).answer }
}

/// An answer kind that a program outside reads: everything but first candidates is good.
struct JudgedAnswer: AnswerKind {
    static let id = AnswerKindID(rawValue: "judged")
    static let plural = "verdicts"
    let referenceHint = "good"

    struct Judge: AnswerJudge {
        func readings(of texts: [String], question: QuestionInput) async throws -> [AnswerReading] {
            await Task.yield()
            return texts.indices.map {
                $0 == 0 ? .none("the judge took too long") : .answer(Answer(canonical: "good"))
            }
        }
    }

    init(_ question: QuestionInput, _ settings: AnswerSettings) {}

    static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError) {}

    static func judge(_ configuration: RoundConfiguration) -> (any AnswerJudge)? { Judge() }

    func read(_ clause: Substring) -> AnswerReading { .none("only the judge reads it") }

    func readAsAuthors(_ text: String) -> Answer? { nil }

    func reference(_ text: String, profile: ExtractorProfile) -> Answer? { Answer(canonical: "good") }
}

/// The smallest chat format.
struct Turns: PromptFormat {
    static let name = PromptFormatID(rawValue: "turns")

    func prefix(_ examples: String) -> PromptText { PromptText(format: examples) }

    func render(_ prompt: Prompt) -> PromptText {
        var text: PromptText = ""
        for message in prompt.messages {
            text += PromptText(format: "<\(message.role.rawValue)>") + message.text
        }
        return text + "<assistant>" + prompt.answerStart
    }
}

/// An answer kind whose vote joins answers: numbers with the same last digit's parity are one.
struct JoinedAnswer: AnswerKind {
    static let id = AnswerKindID(rawValue: "joined")
    static let plural = "numbers"
    let referenceHint = "a number"

    init(_ question: QuestionInput, _ settings: AnswerSettings) {}

    static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError) {}

    func read(_ clause: Substring) -> AnswerReading {
        guard let number = clause.split(whereSeparator: { !$0.isNumber }).first else {
            return .none("no number")
        }
        return .answer(Answer(canonical: String(number)))
    }

    func readAsAuthors(_ text: String) -> Answer? { nil }

    func reference(_ text: String, profile: ExtractorProfile) -> Answer? { read(text[...]).answer }

    func voteKeys(_ answers: [String?]) -> [String?] {
        answers.map { $0.map { Int($0)?.isMultiple(of: 2) == true ? "even" : "odd" } }
    }

    func shown(_ answer: Answer) -> String { "no. \(answer)" }
}

/// An answer kind with a judge that counts how many texts it was asked for.
struct CountedAnswer: AnswerKind {
    static let id = AnswerKindID(rawValue: "counted")
    static let plural = "verdicts"
    static let textCount = Mutex(0)
    let referenceHint = "good"

    struct Judge: AnswerJudge {
        func readings(of texts: [String], question: QuestionInput) async throws -> [AnswerReading] {
            CountedAnswer.textCount.withLock { $0 += texts.count }
            return texts.map { _ in .answer(Answer(canonical: "good")) }
        }
    }

    init(_ question: QuestionInput, _ settings: AnswerSettings) {}

    static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError) {}

    static func judge(_ configuration: RoundConfiguration) -> (any AnswerJudge)? { Judge() }

    func read(_ clause: Substring) -> AnswerReading { .none("only the judge reads it") }

    func readAsAuthors(_ text: String) -> Answer? { nil }

    func reference(_ text: String, profile: ExtractorProfile) -> Answer? { Answer(canonical: "good") }
}

/// How journals record a configuration.
enum RecordedConfiguration {
    static func text(_ configuration: RoundConfiguration) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(configuration), as: UTF8.self)
    }

    static func value(_ text: String) throws -> RoundConfiguration {
        try JSONDecoder().decode(RoundConfiguration.self, from: Data(text.utf8))
    }
}
