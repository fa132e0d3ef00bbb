/// Which adapters of one fine-tuning are contenders besides the last one.
public enum ContenderKind: String, SettingChoice {
    /// The adapter at the end of each epoch.
    case epochs
    /// The mean of A and of B over the ends of the last two epochs; with one epoch, over its start and end.
    case average
}

/// One of several adapters that a round's fine-tuning yields from the same examples and parent.
///
/// The valid set chooses one; only that one goes on to the gate.
public struct Contender: Hashable, Sendable {
    /// Such as `epoch 1` or `average`.
    public var name: String
    /// `adapter_config.json` and `adapter_model.safetensors`.
    public var files: [FileContent]

    /// Builds a contender.
    public init(name: String, files: [FileContent]) {
        self.name = name
        self.files = files
    }
}

/// What a contender scored on the valid set.
public struct ContenderScore: Hashable, Codable, Sendable {
    /// Greedy answers that are right.
    public var valid: Accuracy
    /// Mean loss of the worked answers, nats per token; nil where none can be scored or it is not finite.
    public var meanLoss: Double?
    /// Tokens of its answers to the valid questions; nil where they were not counted.
    public var tokenCount: Int?

    /// Builds a score.
    public init(valid: Accuracy, meanLoss: Double?, tokenCount: Int? = nil) {
        self.valid = valid
        self.meanLoss = meanLoss
        self.tokenCount = tokenCount
    }

    /// Whether it beats one that came earlier: more right answers, then a lower mean loss; a tie is none.
    public func isBetter(than other: ContenderScore) -> Bool {
        guard valid.rightCount == other.valid.rightCount else {
            return valid.rightCount > other.valid.rightCount
        }
        return (meanLoss ?? .infinity) < (other.meanLoss ?? .infinity)
    }
}

/// A contender as the round's report has it.
public struct ContenderReport: Hashable, Codable, Sendable {
    /// Such as `epoch 1` or `average`.
    public var name: String
    /// Its accuracy on the valid set; that of the chosen one is too high, because it was chosen by it.
    public var valid: Accuracy
    /// Its mean loss on the valid set, nats per token; nil where it was not measured.
    public var meanLoss: Double?
    /// Tokens of its answers to the valid questions; nil where they were not counted.
    public var tokenCount: Int?
    /// Whether it went on to the gate.
    public var isChosen: Bool

    /// Builds it from a score.
    public init(name: String, score: ContenderScore, isChosen: Bool) {
        self.name = name
        (valid, meanLoss, tokenCount) = (score.valid, score.meanLoss, score.tokenCount)
        self.isChosen = isChosen
    }
}

/// A contender on the disk.
public struct KeptContender: Hashable, Sendable {
    /// Where it is.
    public var adapter: AdapterLocation
    /// What it scored, if that was recorded before.
    public var score: ContenderScore?

    /// Builds it from its parts.
    public init(adapter: AdapterLocation, score: ContenderScore?) {
        self.adapter = adapter
        self.score = score
    }
}
