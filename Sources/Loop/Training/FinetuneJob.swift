/// Everything fine-tuning depends on.
public struct FinetuneJob: Sendable {
    /// The examples, in an order that the seed shuffles per epoch.
    public var examples: [TrainingExample]
    /// What is minimised; it says, too, how weights are normalised per step.
    public var objective: ObjectiveID
    /// Rank, rates, batch and limits.
    public var settings: FinetuneSettings
    /// Which tokens carry loss.
    public var lossSpan: LossSpan
    /// The seed of initialisation and shuffling.
    public var key: RandomKey
    /// The adapter to start from; nil starts a fresh one.
    public var start: AdapterLocation?
    /// Directory of a durable `TrainingSave` of this very job to resume from; nil starts over.
    public var resumePath: String?
    /// `base_model_name_or_path` to write into the adapter's configuration.
    public var baseModelName: String

    /// Builds a job.
    public init(
        examples: [TrainingExample],
        objective: ObjectiveID = .sft,
        settings: FinetuneSettings,
        lossSpan: LossSpan,
        key: RandomKey,
        start: AdapterLocation?,
        resumePath: String?,
        baseModelName: String
    ) {
        self.examples = examples
        self.objective = objective
        self.settings = settings
        self.lossSpan = lossSpan
        self.key = key
        self.start = start
        self.resumePath = resumePath
        self.baseModelName = baseModelName
    }
}

/// Weights, optimizer state and place in the data after some step.
public struct TrainingSave: Sendable {
    /// Optimizer steps done.
    public var step: Int
    /// The files; the engine alone knows what they hold.
    public var files: [FileContent]

    /// Builds a save.
    public init(step: Int, files: [FileContent]) {
        self.step = step
        self.files = files
    }
}

/// What fine-tuning made.
public struct FinetuneResult: Sendable {
    /// `adapter_config.json` and `adapter_model.safetensors`.
    public var files: [FileContent]
    /// Loss per optimizer step, from step 0 whether resumed or not, nats per token.
    public var losses: [Double]
    /// Tokens run through the model in all epochs, end tokens included.
    public var tokenCount: Int
    /// Indices of samples longer than `maxTokens`, and of those in a group with one, left out.
    public var tooLong: [Int]
    /// Indices of samples whose step had a loss or gradient that was not finite: the step was not applied,
    /// its loss is NaN, and later steps leave them out.
    public var quarantined: [Int]
    /// The adapters to choose among in order of time, the last save included; empty where
    /// `finetune.contenders` asks for none or there is only one.
    public var contenders: [Contender]

    /// Builds a result.
    public init(
        files: [FileContent],
        losses: [Double],
        tokenCount: Int,
        tooLong: [Int],
        quarantined: [Int] = [],
        contenders: [Contender] = []
    ) {
        self.contenders = contenders
        self.files = files
        self.losses = losses
        self.tokenCount = tokenCount
        self.tooLong = tooLong
        self.quarantined = quarantined
    }
}
