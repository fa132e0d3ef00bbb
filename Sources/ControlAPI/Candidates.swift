public import Loop

/// One page of a round's candidates, ordered by question, then index.
public struct CandidatesReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The round's number.
    public var round: RoundID
    /// The page.
    public var candidates: [CandidateItem]
    /// Candidates that match the query, on all pages.
    public var totalCount: Int
    /// Matching candidates before this page.
    public var offset: Int
    /// The page's size.
    public var limit: Int

    /// Memberwise.
    public init(round: RoundID, candidates: [CandidateItem], totalCount: Int, offset: Int, limit: Int) {
        self.round = round
        self.candidates = candidates
        self.totalCount = totalCount
        self.offset = offset
        self.limit = limit
    }
}

/// A candidate with what a reader needs to judge it.
public struct CandidateItem: Hashable, Codable, Sendable {
    /// The question's number.
    public var question: QuestionID
    /// The question's text.
    public var questionText: String
    /// The question's reference answer, if there is one; the loop never reads it.
    public var reference: String?
    /// The words of the question that it answered; nil where those are the question's own.
    public var asked: String?
    /// Its index among the question's candidates, from 0.
    public var index: Int
    /// The text after the prompt.
    public var text: String
    /// Number of sampled tokens.
    public var tokenCount: Int
    /// Mean natural-log probability of the sampled tokens.
    public var meanLogProbability: Double
    /// Why generation stopped.
    public var finish: FinishReason
    /// The extracted answer.
    public var answer: String?
    /// Share of the question's parsed candidates that give the winning answer, 0...1.
    public var consistency: Double?
    /// Mean loss over the scored span, nats per token.
    public var loss: Double?
    /// DS weight, at least 1; the score `ds` under its older name.
    public var dsWeight: Double?
    /// Every score by its name; nil before weighing.
    public var scores: [String: Double]?
    /// Its place among the round's weighed candidates by DS weight, from 1; nil when not computed.
    public var rank: Int?
    /// Factor on its loss in fine-tuning.
    public var weight: Double
    /// Kept or dropped; nil while undecided.
    public var verdict: Verdict?
    /// A `VerdictReason`, or a newer daemon's reason.
    public var reason: String?

    /// Joins a candidate with its question.
    public init(
        _ candidate: Candidate,
        question content: QuestionInput,
        rank: Int? = nil,
        asked: String? = nil
    ) {
        question = candidate.question
        questionText = content.text
        reference = content.answer
        self.asked = asked
        index = candidate.index
        text = candidate.text
        tokenCount = candidate.tokenCount
        meanLogProbability = candidate.meanLogProbability
        finish = candidate.finish
        answer = candidate.answer
        consistency = candidate.consistency
        loss = candidate.loss
        dsWeight = candidate.scores[.ds]
        let named = candidate.scores.all.map { ($0.name.rawValue, $0.value) }
        scores = named.isEmpty ? nil : Dictionary(named) { first, _ in first }
        self.rank = rank
        weight = candidate.weight
        verdict = candidate.verdict
        reason = candidate.reason?.rawValue
    }
}
