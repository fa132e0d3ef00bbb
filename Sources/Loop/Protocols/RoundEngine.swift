/// What the loop needs from whatever runs the model.
///
/// `Engine` runs it in process; scale-out engines drive other servers. All text is exact: an engine adds no space, newline or template of its own.
///
/// Results depend on the arguments alone: never on timing, thread count or what shares a batch.
/// Every call polls for task cancellation between tokens or steps and then throws `CancellationError`.
public protocol RoundEngine: Sendable {
    /// The model behind the engine.
    var identity: ModelIdentity { get }

    /// Measures prompts as this engine does; nil when it does not say how long they may be.
    var ruler: PromptRuler? { get }

    /// Makes an adapter active for `generate` and `score`; nil is the base model.
    ///
    /// - Parameter adapter: A PEFT adapter directory whose hashes were checked, or nil.
    /// - Throws: An error of the engine when the adapter is for another model or unreadable.
    func activate(_ adapter: AdapterLocation?) async throws

    /// Writes `request.count` candidates for each request.
    ///
    /// - Parameters:
    ///   - requests: What to write; results come in the order of requests, then of candidate indices.
    ///   - prefix: Text shared by all prompts (worked examples); computed once.
    ///   - settings: Temperature, nucleus, limits and stop strings.
    ///   - key: Seed and round; with question, candidate and position it keys all randomness.
    ///   - progress: Called between tokens with candidates finished and tokens sampled so far.
    /// - Returns: One candidate per request and index.
    /// - Throws: `CancellationError`, or an error of the engine.
    func generate(
        _ requests: [GenerationRequest],
        prefix: PromptText,
        settings: GenerateSettings,
        key: RandomKey,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> [GeneratedText]

    /// Computes losses of given completions under the active adapter.
    ///
    /// - Parameters:
    ///   - samples: Prompt and completion pairs; neighbours with equal prompts may share work.
    ///   - progress: Called between batches with sequences finished and tokens run so far.
    /// - Returns: One score per sample, in order.
    /// - Throws: `CancellationError`, or an error of the engine.
    func score(
        _ samples: [TextSample],
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> [SampleScore]

    /// Fine-tunes an adapter.
    ///
    /// - Parameters:
    ///   - job: Examples, objective, settings, seed, where to start and where to resume.
    ///   - progress: Called after each optimizer step.
    ///   - save: Called every `saveEverySteps` steps, and with what is done when the task is cancelled; when it returns,
    ///     the save is durable.
    /// - Returns: The adapter's files and what was measured; no files when every sample is too long.
    /// - Throws: `CancellationError`, an error of the engine, or what `save` throws.
    func finetune(
        _ job: FinetuneJob,
        progress: @escaping @Sendable (EngineProgress) -> Void,
        save: @escaping @Sendable (TrainingSave) throws -> Void
    ) async throws -> FinetuneResult
}

extension RoundEngine {
    /// Not known.
    public var ruler: PromptRuler? { nil }
}

/// Which model an engine runs and how.
public struct ModelIdentity: Hashable, Codable, Sendable {
    /// A short name, such as the file's.
    public var name: String
    /// Architecture, such as `llama`.
    public var architecture: String
    /// SHA-256 over the weight files, lower-case hex.
    public var sha256: String
    /// Number of parameters.
    public var parameterCount: Int
    /// `f32`, `bf16`, or `int16 and f32` (generation and scoring, then fine-tuning).
    public var precision: String
    /// The instruction set that computes, such as `avx2`.
    public var instructionSet: String
    /// Engine threads.
    public var threadCount: Int
    /// Licence that the model's own metadata name, such as `apache-2.0`; nil when they name none.
    public var license: String?
    /// SHA-256 in lower-case hex of every file that takes part, by its name: weights, configuration, tokenizer.
    ///
    /// Not part of the stored form, which stays what it was before this was known; empty when an engine does not say.
    public var fileDigests: [String: String] = [:]

    private enum CodingKeys: String, CodingKey {
        case name, architecture, sha256, parameterCount, precision, instructionSet, threadCount, license
    }

    /// Builds an identity.
    public init(
        name: String,
        architecture: String,
        sha256: String,
        parameterCount: Int,
        precision: String,
        instructionSet: String,
        threadCount: Int,
        license: String? = nil,
        fileDigests: [String: String] = [:]
    ) {
        self.name = name
        self.architecture = architecture
        self.sha256 = sha256
        self.parameterCount = parameterCount
        self.precision = precision
        self.instructionSet = instructionSet
        self.threadCount = threadCount
        self.license = license
        self.fileDigests = fileDigests
    }
}

/// A PEFT adapter directory on disk, its hashes checked by the store.
public struct AdapterLocation: Hashable, Codable, Sendable {
    /// Absolute path of the directory.
    public var path: String
    /// SHA-256 of its `adapter_model.safetensors`, lower-case hex.
    public var sha256: String

    /// Builds a location.
    public init(path: String, sha256: String) {
        self.path = path
        self.sha256 = sha256
    }
}

/// What all randomness of a round is keyed by, together with question, candidate and position.
public struct RandomKey: Hashable, Codable, Sendable {
    /// The round's seed.
    public var seed: UInt64
    /// The round's number; 0 outside rounds.
    public var round: UInt32

    /// Builds a key.
    public init(seed: UInt64, round: UInt32) {
        self.seed = seed
        self.round = round
    }
}

/// A request for candidates of one question.
public struct GenerationRequest: Hashable, Sendable {
    /// The question, as a key of randomness.
    public var question: QuestionID
    /// Text after the shared prefix, up to where the answer begins.
    public var prompt: PromptText
    /// How many candidates; their indices are 0..<count.
    public var count: Int

    /// Builds a request.
    public init(question: QuestionID, prompt: PromptText, count: Int) {
        self.question = question
        self.prompt = prompt
        self.count = count
    }
}

/// One generated text.
public struct GeneratedText: Hashable, Sendable {
    /// The question it answers.
    public var question: QuestionID
    /// Its index among the question's candidates.
    public var index: Int
    /// The text, cut before the stop string.
    public var text: String
    /// Sampled tokens, the stop token included.
    public var tokenCount: Int
    /// Mean natural-log probability of the sampled tokens at temperature 1.
    public var meanLogProbability: Double
    /// Why it ended.
    public var finish: FinishReason

    /// Builds a generated text.
    public init(
        question: QuestionID,
        index: Int,
        text: String,
        tokenCount: Int,
        meanLogProbability: Double,
        finish: FinishReason
    ) {
        self.question = question
        self.index = index
        self.text = text
        self.tokenCount = tokenCount
        self.meanLogProbability = meanLogProbability
        self.finish = finish
    }
}

/// A prompt with its completion, for scoring and fine-tuning.
///
/// Stored with the prompt as a plain string. Tokenised as `encode(prompt + completion)` with the boundary at `encode(prompt).count`, then one
/// end-of-text token; the recording scripts do the same.
public struct TextSample: Hashable, Codable, Sendable {
    /// Text up to where the answer begins.
    public var prompt: PromptText
    /// The answer's text, all of it content: no token in it is a control token.
    public var completion: String
    /// Factor on its loss, its copies times its policy weight, or whatever else the objective takes; see
    /// `TrainingExample.weight`.
    ///
    /// Ignored by `score`.
    public var weight: Double

    /// Prompt and answer, as one text.
    public var text: PromptText { prompt + PromptText(content: completion) }

    /// Builds a sample.
    public init(prompt: PromptText, completion: String, weight: Double = 1) {
        self.prompt = prompt
        self.completion = completion
        self.weight = weight
    }
}

/// The losses of one sample.
public struct SampleScore: Hashable, Sendable {
    /// Mean loss over the completion and one end token, nats per token; NaN for an empty span.
    public var answerLoss: Double
    /// Mean loss over every token but the first, nats per token.
    public var fullLoss: Double
    /// Tokens in the answer span, the end token included.
    public var answerTokenCount: Int
    /// Tokens of the sequence, the end token included.
    public var tokenCount: Int

    /// Builds a score.
    public init(answerLoss: Double, fullLoss: Double, answerTokenCount: Int, tokenCount: Int) {
        self.answerLoss = answerLoss
        self.fullLoss = fullLoss
        self.answerTokenCount = answerTokenCount
        self.tokenCount = tokenCount
    }
}

/// How far an engine call is.
public struct EngineProgress: Hashable, Sendable {
    /// Candidates, sequences or steps done.
    public var doneCount: Int
    /// How many there are in this call.
    public var totalCount: Int
    /// Tokens sampled or run so far in this call.
    public var tokenCount: Int
    /// Latest training loss.
    public var loss: Double?

    /// Builds a progress report.
    public init(doneCount: Int, totalCount: Int, tokenCount: Int, loss: Double? = nil) {
        self.doneCount = doneCount
        self.totalCount = totalCount
        self.tokenCount = tokenCount
        self.loss = loss
    }
}

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

/// A file's name and content, to be written durably by the store.
public struct FileContent: Hashable, Sendable {
    /// File name without a directory.
    public var name: String
    /// Its bytes.
    public var bytes: [UInt8]

    /// Builds a file.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
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
    /// Indices of samples whose step had a loss or gradient that was not finite: the step was not applied, its loss is
    /// NaN, and later steps leave them out.
    public var quarantined: [Int]

    /// Builds a result.
    public init(
        files: [FileContent],
        losses: [Double],
        tokenCount: Int,
        tooLong: [Int],
        quarantined: [Int] = []
    ) {
        self.quarantined = quarantined
        self.files = files
        self.losses = losses
        self.tokenCount = tokenCount
        self.tooLong = tooLong
    }
}
