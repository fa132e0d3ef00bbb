public import Loop

/// Why one candidate was kept or dropped.
public struct ExplainReply: ControlReply, Hashable {
    /// A rival answer of the same question.
    public struct Rival: Hashable, Codable, Sendable {
        /// The answer.
        public var answer: String
        /// Candidates that gave it.
        public var count: Int

        /// Memberwise.
        public init(answer: String, count: Int) {
            self.answer = answer
            self.count = count
        }
    }

    /// Other words that the model wrote for the question.
    public struct Paraphrases: Hashable, Codable, Sendable {
        /// Those that candidates saw, whichever round wrote them.
        public var texts: [String]
        /// How many were refused in this round, by `ParaphraseRefusal`.
        public var refusals: [String: Int]

        /// Memberwise.
        public init(texts: [String], refusals: [String: Int]) {
            self.texts = texts
            self.refusals = refusals
        }
    }

    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The round's number.
    public var round: RoundID
    /// The candidate, its rank filled in if it was weighed.
    public var candidate: CandidateItem
    /// The prompt as the model saw it, worked examples included.
    public var prompt: String
    /// The question's paraphrases; nil where none was asked for.
    public var paraphrases: Paraphrases?
    /// Every readable answer of the question with its votes, the winner first.
    public var rivals: [Rival]
    /// Mean loss of the valid set, nats per token.
    public var meanValidLoss: Double?
    /// Largest DS weight kept.
    public var cutDSWeight: Double?
    /// Weighed candidates of the round.
    public var weighedCount: Int
    /// All of it in one paragraph of plain words.
    public var text: String

    /// Memberwise.
    public init(
        round: RoundID,
        candidate: CandidateItem,
        prompt: String,
        paraphrases: Paraphrases? = nil,
        rivals: [Rival],
        meanValidLoss: Double?,
        cutDSWeight: Double?,
        weighedCount: Int,
        text: String
    ) {
        self.round = round
        self.candidate = candidate
        self.prompt = prompt
        self.paraphrases = paraphrases
        self.rivals = rivals
        self.meanValidLoss = meanValidLoss
        self.cutDSWeight = cutDSWeight
        self.weighedCount = weighedCount
        self.text = text
    }
}
