/// A checkpoint as the journal holds it.
///
/// Checkpoints form a tree whose root is the base model.
public struct CheckpointRecord: Hashable, Codable, Sendable, Identifiable {
    /// Its number; 0 is the base model.
    public var id: CheckpointID
    /// The round that made it; nil for the base model.
    public var round: RoundID?
    /// The checkpoint its fine-tuning started from; nil for the base model.
    public var parent: CheckpointID?
    /// Directory name under the state directory's `checkpoints`; nil for the base model.
    public var directory: String?
    /// SHA-256 of `adapter_model.safetensors`, lower-case hex; nil for the base model.
    public var sha256: String?
    /// Whether the gate ever promoted it.
    public var isPromoted: Bool
    /// Whether it is the current one.
    public var isCurrent: Bool
    /// Whether retention must keep it.
    public var isPinned: Bool
    /// Whether retention has removed its adapter; its manifest stays.
    public var isPruned: Bool
    /// Whether its files were found not to match their record.
    public var isCorrupt: Bool
    /// When it was recorded, ISO 8601 UTC.
    public var createdAt: String
    /// Its evaluations so far.
    public var evaluations: [EvaluationSummary]

    /// Builds a record from its parts.
    public init(
        id: CheckpointID,
        round: RoundID?,
        parent: CheckpointID?,
        directory: String?,
        sha256: String?,
        isPromoted: Bool,
        isCurrent: Bool,
        isPinned: Bool,
        isPruned: Bool = false,
        isCorrupt: Bool = false,
        createdAt: String,
        evaluations: [EvaluationSummary]
    ) {
        self.id = id
        self.round = round
        self.parent = parent
        self.directory = directory
        self.sha256 = sha256
        self.isPromoted = isPromoted
        self.isCurrent = isCurrent
        self.isPinned = isPinned
        self.isPruned = isPruned
        self.isCorrupt = isCorrupt
        self.createdAt = createdAt
        self.evaluations = evaluations
    }
}

/// One answer of an evaluation.
public struct EvaluationAnswer: Hashable, Codable, Sendable {
    /// The question.
    public var question: QuestionID
    /// The greedy text.
    public var text: String
    /// The extracted answer; nil when unparsed.
    public var answer: String?
    /// Whether it equals the reference answer.
    public var isRight: Bool
    /// Sampled tokens.
    public var tokenCount: Int
    /// Why it ended; nil where that is not recorded: for plain prompts, and questions that were not asked.
    public var finish: FinishReason?

    /// Builds an answer.
    public init(
        question: QuestionID,
        text: String,
        answer: String?,
        isRight: Bool,
        tokenCount: Int,
        finish: FinishReason? = nil
    ) {
        self.finish = finish
        self.question = question
        self.text = text
        self.answer = answer
        self.isRight = isRight
        self.tokenCount = tokenCount
    }
}

/// A checkpoint's score on one split.
public struct EvaluationSummary: Hashable, Codable, Sendable {
    /// The split.
    public var split: Split
    /// The score under the round's extractor profile.
    public var accuracy: Accuracy
    /// The share right under each extractor profile, to tell formatting from reasoning.
    public var accuracyPerProfile: [String: Double]
    /// Mean loss of the valid set under this checkpoint, where it was measured.
    public var meanLoss: Double?

    /// Builds a summary.
    public init(
        split: Split,
        accuracy: Accuracy,
        accuracyPerProfile: [String: Double],
        meanLoss: Double? = nil
    ) {
        self.split = split
        self.accuracy = accuracy
        self.accuracyPerProfile = accuracyPerProfile
        self.meanLoss = meanLoss
    }
}

/// A summary together with the answers behind it.
public struct Evaluation: Hashable, Codable, Sendable {
    /// The score.
    public var summary: EvaluationSummary
    /// One answer per question of the split, in order of question number.
    public var answers: [EvaluationAnswer]

    /// Share of the answers that ended before the token limit, 0...1; nil where that is not recorded.
    public var stopRate: Double? {
        let ends = answers.compactMap(\.finish)
        return ends.isEmpty ? nil : Double(ends.count { $0 == .stop }) / Double(ends.count)
    }

    /// Builds an evaluation.
    public init(summary: EvaluationSummary, answers: [EvaluationAnswer]) {
        self.summary = summary
        self.answers = answers
    }
}
