/// What the model wrote in a round for one question that was to be put into other words.
public struct ParaphraseRecord: Hashable, Codable, Sendable {
    /// The question.
    public var question: QuestionID
    /// Those kept, in the order in which they were written; may be none.
    public var texts: [String]
    /// How many were refused, by `ParaphraseRefusal`; reasons without any are left out.
    public var refusals: [String: Int]
    /// Tokens sampled for them and for the answers that were compared.
    public var tokenCount: Int

    /// Builds a record from its parts.
    public init(question: QuestionID, texts: [String], refusals: [String: Int], tokenCount: Int) {
        self.question = question
        self.texts = texts
        self.refusals = refusals
        self.tokenCount = tokenCount
    }
}

/// Why a paraphrase is refused; the first that applies, in this order.
public enum ParaphraseRefusal: String, Sendable, CaseIterable {
    /// Its question leaves no room for the request, or it is itself longer than the model takes.
    case long
    /// The token limit cut it off.
    case cut
    /// There is nothing in it.
    case empty
    /// It has more lines than the question.
    case lines
    /// It is the question or a paraphrase before it, in other letters.
    case repeated
    /// It has not the numbers that the question has.
    case numbers
    /// It is shorter than 0.3 or longer than 3 times the question.
    case length
    /// It is another question of the journal, or nearly one of another split.
    case leaked
    /// The model does not answer it as it answers the question.
    case answer
}

/// What became of a round's paraphrases; part of the round's report.
public struct ParaphraseReport: Hashable, Codable, Sendable {
    /// Questions that were to be put into other words.
    public var questionCount: Int
    /// Of these, questions with a kept paraphrase.
    public var viewedCount: Int
    /// Paraphrases kept.
    public var keptCount: Int
    /// How many were refused, by `ParaphraseRefusal`.
    public var refusals: [String: Int]
    /// Tokens sampled for all of it, part of the round's `generatedTokenCount`.
    public var tokenCount: Int

    /// Sums up records.
    public init(_ records: [ParaphraseRecord]) {
        questionCount = records.count
        viewedCount = records.count { !$0.texts.isEmpty }
        keptCount = records.reduce(0) { $0 + $1.texts.count }
        refusals = records.reduce(into: [:]) { $0.merge($1.refusals, uniquingKeysWith: +) }
        tokenCount = records.reduce(0) { $0 + $1.tokenCount }
    }

    /// The numbers in one line: `12 paraphrases kept for 7 of 10 questions, 8 refused (answer 5, numbers 3)`.
    public var sentence: String {
        let refused = refusals.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let sum = refused.reduce(0) { $0 + $1.value }
        let reasons = refused.map { "\($0.key) \(Plain.count($0.value))" }.joined(separator: ", ")
        return
            "\(Plain.count(keptCount)) \(keptCount == 1 ? "paraphrase" : "paraphrases") kept for "
            + "\(Plain.count(viewedCount)) of \(Plain.count(questionCount)) questions, "
            + "\(Plain.count(sum)) refused" + (refused.isEmpty ? "" : " (\(reasons))")
    }
}
