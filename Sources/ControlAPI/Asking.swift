public import Loop

/// Asks the model one question.
public struct AskRequest: Hashable, Codable, Sendable {
    /// The question.
    public var question: String
    /// True asks the base model instead of the current checkpoint.
    public var base: Bool
    /// Sampling temperature; 0 is greedy.
    ///
    /// Nil is greedy for one answer, and for a vote the temperature that rounds generate with.
    public var temperature: Double?
    /// The round whose checkpoint answers, 0 for the base model; nil is the current checkpoint.
    public var round: RoundID?
    /// How many candidates vote, `ControlLimits.askedCandidateCounts`; nil is one answer without a vote.
    public var candidateCount: Int?

    /// Memberwise.
    public init(
        question: String,
        base: Bool = false,
        temperature: Double? = nil,
        round: RoundID? = nil,
        candidateCount: Int? = nil
    ) {
        self.question = question
        self.base = base
        self.temperature = temperature
        self.round = round
        self.candidateCount = candidateCount
    }
}

/// The model's answer.
public struct AskReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The text, rationale and answer; after a vote that of the first candidate with the winning answer.
    public var text: String
    /// The extracted answer, after a vote the winner's; nil when none could be read.
    public var answer: String?
    /// The checkpoint that answered; 0 is the base model.
    public var checkpoint: CheckpointID
    /// Sampled tokens, of all candidates.
    public var tokenCount: Int
    /// Wall-clock seconds.
    public var seconds: Double
    /// The candidates that voted, in order of index; nil without a vote.
    public var candidates: [AskedCandidate]?
    /// How they voted; nil without a vote.
    public var vote: AskedVote?
    /// What the judge said where it read no answer, or why it was not asked; nil where neither is so.
    public var note: String?

    /// Memberwise.
    public init(
        text: String,
        answer: String?,
        checkpoint: CheckpointID,
        tokenCount: Int,
        seconds: Double,
        candidates: [AskedCandidate]? = nil,
        vote: AskedVote? = nil,
        note: String? = nil
    ) {
        self.text = text
        self.answer = answer
        self.checkpoint = checkpoint
        self.tokenCount = tokenCount
        self.seconds = seconds
        self.candidates = candidates
        self.vote = vote
        self.note = note
    }
}

/// One of several candidates for a question that a person asked.
public struct AskedCandidate: Hashable, Codable, Sendable {
    /// Its index, from 0.
    public var index: Int
    /// The text after the prompt.
    public var text: String
    /// The extracted answer; nil when none could be read.
    public var answer: String?
    /// Sampled tokens.
    public var tokenCount: Int
    /// Mean natural-log probability of the sampled tokens.
    public var meanLogProbability: Double
    /// Why generation stopped.
    public var finish: FinishReason

    /// Takes a candidate and its extracted answer.
    public init(_ candidate: Candidate) {
        index = candidate.index
        text = candidate.text
        answer = candidate.answer
        tokenCount = candidate.tokenCount
        meanLogProbability = candidate.meanLogProbability
        finish = candidate.finish
    }
}

/// The majority vote over the candidates for a question that a person asked.
public struct AskedVote: Hashable, Codable, Sendable {
    /// Every readable answer with its votes, the winner first.
    public var rivals: [ExplainReply.Rival]
    /// Candidates with a readable answer; only they vote.
    public var parsedCount: Int
    /// The winner's share of the votes, 0...1; nil when none could be read.
    public var consistency: Double?
    /// Whether another answer has as many votes as the winner.
    public var isTied: Bool
    /// The `VerdictReason` for which a round would not train on the winner; nil when it passes the vote or
    /// there is none.
    public var reason: String?

    /// Takes a count of votes, and what the round's thresholds say about its winner.
    public init(_ tally: VoteTally, reason: VerdictReason?) {
        rivals = tally.ranking.map { ExplainReply.Rival(answer: $0.answer, count: $0.count) }
        parsedCount = tally.parsedCount
        consistency = tally.consistency
        isTied = tally.isTied
        self.reason = reason?.rawValue
    }
}

/// The data of a stream's `text` block: what has been written since the previous block.
public struct TextItem: Hashable, Codable, Sendable {
    /// The new piece; whole characters, and nothing that is not part of the answer's text.
    public var text: String

    /// Wraps a piece.
    public init(text: String) { self.text = text }
}

/// A stream of `POST /v1/ask`: any number of blocks named `text`, then one named `answer` or `problem`.
extension ServerSentEvent {
    /// Name of a block with the next piece of the text, a `TextItem`.
    public static let textName = "text"
    /// Name of the last block if all went well, an `AskReply`.
    public static let answerName = "answer"
    /// Name of the last block if it did not, a `Problem`.
    public static let problemName = "problem"

    /// The block for the next piece of a text.
    public init(_ piece: TextItem) throws { try self.init(Self.textName, piece) }

    /// The block for the whole answer.
    public init(_ answer: AskReply) throws { try self.init(Self.answerName, answer) }

    /// The block for a problem.
    public init(_ problem: Problem) throws { try self.init(Self.problemName, problem) }

    private init(_ name: String, _ value: some Encodable) throws {
        let data = try ControlCoding.encode(value)
        self.init(id: nil, name: name, data: String(decoding: data, as: UTF8.self))
    }
}
