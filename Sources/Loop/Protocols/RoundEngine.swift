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

    /// Makes an adapter active for `generate` and `score`; nil is the base model.
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
}
