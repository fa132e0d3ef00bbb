/// What the loop needs from whatever runs the model.
///
/// `Engine` runs it in process; scale-out engines drive other servers. All text is exact: an engine adds no
/// space, newline or template.
///
/// Results depend on the arguments alone: never on timing, thread count or what shares a batch.
/// Every call polls for task cancellation between tokens or steps and then throws `CancellationError`.
public protocol RoundEngine: Sendable {
    /// The model behind the engine.
    var identity: ModelIdentity { get }

    /// Measures prompts as this engine does; nil when it does not say how long they may be.
    var ruler: PromptRuler? { get }

    /// Renders the model's chat template; nil when the engine does not write chats.
    var chat: (any ChatRenderer)? { get }

    /// Whether it gives hidden states.
    var givesHiddenStates: Bool { get }

    /// Makes an adapter active for `generate`, `score` and `hiddenStates`; nil is the base model.
    ///
    /// - Parameter adapter: A PEFT adapter directory whose hashes were checked, or nil.
    /// - Throws: An error of the engine when the adapter is for another model or unreadable.
    func activate(_ adapter: AdapterLocation?) async throws

    /// Writes `request.count` candidates for each request.
    ///
    /// - Parameters:
    ///   - requests: What to write; results come in the order of requests, then of candidate indices, which
    ///     are `GenerationRequest.index(of:)`.
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

    /// Where the model puts each completion, under the active adapter: the mean of its tokens' last hidden
    /// states, after the final norm, at unit length.
    ///
    /// The prompt comes before the completion and is not in the mean, nor is an end token.
    ///
    /// - Parameter samples: Prompt and completion pairs; neighbours with equal prompts may share work.
    /// - Returns: One vector [C] per sample, in order; an empty one for a completion without tokens, or where
    ///   no direction can be told because a state is not finite.
    /// - Throws: `CancellationError`, or an error of the engine; `LoopError` `invalid_configuration` where
    ///   `givesHiddenStates` is false.
    func hiddenStates(of samples: [TextSample]) async throws -> [[Float]]

    /// Loss and rank of each completion's tokens under another model, whatever adapter is active.
    ///
    /// That model has its own tokenizer, and is in memory for this call alone.
    ///
    /// - Parameters:
    ///   - samples: Prompt and completion pairs; neighbours with equal prompts may share work.
    ///   - path: The model: a GGUF file or a Hugging Face directory.
    ///   - progress: Called between batches with sequences finished and tokens run so far.
    /// - Returns: The tokens of each completion, in order.
    /// - Throws: `CancellationError`, or an error of the engine; `LoopError` `invalid_configuration` where it
    ///   can hold no second model.
    func tokenScores(
        of samples: [TextSample],
        under path: String,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> SmallModelScores

    /// Fine-tunes an adapter.
    ///
    /// - Parameters:
    ///   - job: Examples, objective, settings, seed, where to start and where to resume.
    ///   - progress: Called after each optimizer step.
    ///   - save: Called every `saveEverySteps` steps, and with what is done when the task is cancelled; when
    ///     it returns, the save is durable.
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

    /// It writes none.
    public var chat: (any ChatRenderer)? { nil }

    /// Refuses.
    public func tokenScores(
        of samples: [TextSample],
        under path: String,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> SmallModelScores {
        throw LoopError.noSmallModel
    }

    /// It gives none.
    public var givesHiddenStates: Bool { false }

    /// Refuses.
    public func hiddenStates(of samples: [TextSample]) async throws -> [[Float]] {
        throw LoopError(
            .invalidConfiguration,
            "the engine of model \(identity.name) gives no hidden states; use one that does, such as engine.kind embedded"
        )
    }
}
