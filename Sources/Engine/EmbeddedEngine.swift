import Foundation
public import Loop

/// The whole round in this process: generation, scoring and LoRA fine-tuning on the CPU.
///
/// One actor on its own thread; the C loops fan out to the engine's threads. Every call polls for
/// cancellation between layers.
public actor EmbeddedEngine: StreamingEngine {
    /// The model and how it computes.
    public nonisolated let identity: ModelIdentity
    /// The memory that it needs, and what it may have.
    public nonisolated let memory: EngineMemory
    /// What an operator should know about the memory; nil if there is enough.
    public nonisolated var memoryNote: String? { memory.note }
    /// The thread it runs on.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Measures prompts with the model's own tokenizer.
    public nonisolated var ruler: PromptRuler? {
        PromptRuler(contextLength: files.configuration.contextLength) { [tokenizer] in
            tokenizer.encodePrompt($0).count
        }
    }

    /// Renders the model's own chat template.
    public nonisolated var chat: (any ChatRenderer)? {
        ModelChat(files.tokenizerSource, place: files.name, tokenizer: tokenizer)
    }

    private nonisolated let executor = EngineExecutor(name: "engine")
    private let files: ModelFiles
    private let settings: EngineSettings
    private let beat: @Sendable () -> Void
    private let cacheByteCount: Int
    private let tokenizer: any TextTokenizer
    private var model: LoadedModel?
    private var active: AdapterLocation?

    /// What is in memory once the weights are read.
    private struct LoadedModel {
        let transformer: Transformer
        /// The adapter merged into the weights; nil is the base model.
        var merged: AdapterLocation?
    }

    /// Opens a model: header, tokenizer metadata and hash are checked now, weights are read at the first use.
    ///
    /// - Parameters:
    ///   - modelPath: A GGUF file or a Hugging Face directory of a family in `Families`.
    ///   - settings: How to compute.
    ///   - beat: Called from the engine's thread at every sign of life: after each layer, tensor and piece of
    ///     a file.
    /// - Throws: `EngineError` when the model cannot be used.
    public init(
        modelPath: String,
        settings: EngineSettings,
        beat: @escaping @Sendable () -> Void = {}
    ) throws {
        try self.init(modelPath: modelPath, settings: settings, families: .standard, beat: beat)
    }

    /// Opens a model of one of these families, with this much memory.
    package init(
        modelPath: String,
        settings: EngineSettings,
        memory: MemoryShare = MemoryShare(),
        families: Families = .standard,
        beat: @escaping @Sendable () -> Void = {}
    ) throws {
        let files = try ModelFiles.open(modelPath, families: families)
        let threadCount = settings.threads > 0 ? settings.threads : ProcessorShare.threadCount()
        CheckedKernels.setThreadCount(threadCount)
        self.files = files
        self.settings = settings
        self.beat = beat
        identity = ModelIdentity(
            name: files.name,
            architecture: files.description.architecture,
            sha256: files.sha256,
            parameterCount: files.parameterCount,
            precision: Self.precisionName(settings.precision),
            instructionSet: CheckedKernels.instructionSet,
            threadCount: CheckedKernels.threadCount,
            license: files.license,
            fileDigests: files.fileDigests
        )
        let most = GenerationPlan.cacheByteLimit
        let written = Self.generationFormat(settings.precision).byteCount(of: files.parameterCount)
        let trained = Self.trainingFormat(settings.precision).byteCount(of: files.parameterCount)
        cacheByteCount = memory.cacheByteCount(besides: written, most: most)
        self.memory = EngineMemory(
            neededByteCount: max(written + most, trained),
            allowedByteCount: memory.byteCount,
            source: memory.source,
            note: memory.note(cache: cacheByteCount, most: most, weights: trained)
        )
        tokenizer = try files.tokenizer()
    }

    /// Makes an adapter active; its files are read and checked now, merged at the next generate or score.
    public func activate(_ adapter: AdapterLocation?) throws {
        // Merged lazily by the next generate or score: fine-tuning needs base weights.
        if let adapter { _ = try Adapter.read(adapter.path, for: files.description) }
        active = adapter
    }

    /// Writes candidates with the active adapter; see `RoundEngine`.
    public func generate(
        _ requests: [GenerationRequest],
        prefix: PromptText,
        settings generate: GenerateSettings,
        key: RandomKey,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) throws -> [GeneratedText] {
        guard requests.contains(where: { $0.count > 0 }) else { return [] }
        return try generator(requests, prefix: prefix, settings: generate, key: key).run(progress: progress)
    }

    /// Writes one candidate with the active adapter and hands out its text as it comes; see
    /// `StreamingEngine`.
    public func stream(
        _ request: GenerationRequest,
        prefix: PromptText,
        settings generate: GenerateSettings,
        key: RandomKey,
        piece: @escaping @Sendable (String) -> Void
    ) throws -> GeneratedText {
        var request = request
        request.count = 1
        return try generator([request], prefix: prefix, settings: generate, key: key).stream(piece)
    }

    /// Computes losses with the active adapter; see `RoundEngine`.
    public func score(
        _ samples: [TextSample],
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) throws -> [SampleScore] {
        try Scorer(
            transformer: transformer(active, Self.scoringFormat(settings.precision)),
            tokenizer: tokenizer
        ).score(samples, progress: progress)
    }

    /// It gives hidden states.
    public nonisolated var givesHiddenStates: Bool { true }

    /// Computes mean hidden states of completions with the active adapter; see `RoundEngine`.
    ///
    /// Asynchronous, as the protocol's default is: that would be preferred to one that is not.
    public func hiddenStates(of samples: [TextSample]) async throws -> [[Float]] {
        try Scorer(
            transformer: transformer(active, Self.scoringFormat(settings.precision)),
            tokenizer: tokenizer
        ).hiddenStates(of: samples)
    }

    /// Scores texts under another model, whose weights go when the call ends; see `RoundEngine`.
    ///
    /// The engine's own weights go before: at no time are both in memory.
    public func tokenScores(
        of samples: [TextSample],
        under path: String,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> SmallModelScores {
        model = nil
        let format = Self.scoringFormat(settings.precision)
        return try SmallModel(path).score(samples, format: format, beat: beat, progress: progress)
    }

    /// Fine-tunes an adapter on the base weights; see `RoundEngine`.
    public func finetune(
        _ job: FinetuneJob,
        progress: @escaping @Sendable (EngineProgress) -> Void,
        save: @escaping @Sendable (TrainingSave) throws -> Void
    ) throws -> FinetuneResult {
        try finetune(job, objectives: .standard, progress: progress, save: save)
    }

    /// Fine-tunes with the caller's own objectives.
    package func finetune(
        _ job: FinetuneJob,
        objectives: Objectives,
        progress: @escaping @Sendable (EngineProgress) -> Void,
        save: @escaping @Sendable (TrainingSave) throws -> Void
    ) throws -> FinetuneResult {
        try Finetuning(
            transformer: transformer(nil, Self.trainingFormat(settings.precision)),
            tokenizer: tokenizer,
            objectives: objectives
        ).run(job, progress: progress, save: save)
    }

    /// Writes the whole model with an adapter merged into the base weights, into its own directory.
    ///
    /// - Parameters:
    ///   - adapter: The adapter; nil exports the base model.
    ///   - form: What to write.
    ///   - directory: Where to; must not exist.
    ///   - isBF16: Whether matrices are written in bf16 instead of f32.
    ///   - progress: Called before each piece of the weights.
    /// - Throws: `CancellationError` between two pieces, or `EngineError`.
    public func export(
        adapter: AdapterLocation?,
        as form: ModelForm = .huggingFace,
        to directory: String,
        isBF16: Bool,
        progress: @Sendable () -> Void = {}
    ) throws {
        try files.export(adapter: adapter, as: form, to: directory, isBF16: isBF16, progress: progress)
    }

    private func generator(
        _ requests: [GenerationRequest],
        prefix: PromptText,
        settings generate: GenerateSettings,
        key: RandomKey
    ) throws -> Generator {
        try Generator(
            transformer(active, Self.generationFormat(settings.precision)),
            tokenizer: tokenizer,
            requests: requests,
            prefix: prefix,
            settings: generate,
            key: key,
            rows: settings.rows,
            cacheByteCount: cacheByteCount
        )
    }

    /// The format of fine-tuning.
    static func trainingFormat(_ precision: Precision) -> WeightFormat {
        precision == .bf16 ? .bf16 : .f32
    }

    /// The format of scoring.
    private static func scoringFormat(_ precision: Precision) -> WeightFormat {
        switch precision {
        case .automatic, .int8: hasFastFixedPoint ? .fixedPoint : trainingFormat(precision)
        case .f32, .bf16: trainingFormat(precision)
        }
    }

    /// The format of generation: that of scoring, since both take turns in evaluation, or a coarser one.
    static func generationFormat(_ precision: Precision) -> WeightFormat {
        precision == .int8 ? .int8 : scoringFormat(precision)
    }

    /// Whether products in fixed point are faster than in f32: only the plain loops are not.
    private static var hasFastFixedPoint: Bool { CheckedKernels.instructionSet != "plain" }

    private static func precisionName(_ precision: Precision) -> String {
        switch precision {
        case .automatic: hasFastFixedPoint ? "int16 and f32" : "f32"
        case .f32: "f32"
        case .bf16: "bf16"
        case .int8: hasFastFixedPoint ? "int8, int16 and f32" : "int8 and f32"
        }
    }

    /// The model with an adapter merged, its weights in a format; only one such model is in memory at a time.
    private func transformer(_ adapter: AdapterLocation?, _ format: WeightFormat) throws -> Transformer {
        if let model, model.merged == adapter, model.transformer.weights.format == format {
            return model.transformer
        }
        // The weights in memory stay usable; what would be read now may be another model's.
        try files.checkUnchanged()
        let tensors = try adapter.map { try Adapter.read($0.path, for: files.description) }
        // Weights of another format go before the new ones come, and until those are complete none are in
        // place.
        let kept = model.flatMap { $0.transformer.weights.format == format ? $0.transformer : nil }
        model = nil
        let transformer: Transformer
        if let kept {
            try kept.weights.apply(tensors)
            transformer = kept
        } else {
            let weights = try ModelWeights(files, format: format, adapter: tensors, beat: beat)
            transformer = try Transformer(weights, beat: beat)
        }
        model = LoadedModel(transformer: transformer, merged: adapter)
        return transformer
    }
}
