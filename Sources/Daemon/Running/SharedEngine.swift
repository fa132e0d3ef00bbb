package import Loop
import Synchronization

/// The engine as the rounds see it, with room for a person's question between two of their calls.
///
/// The engine does one thing at a time. Callers wait for the lock; a question asked meanwhile comes
/// next and may change the active adapter, so each call of the rounds puts theirs back first.
package final class SharedEngine: RoundEngine {
    private struct Adapters {
        /// What the rounds activated last.
        var wanted: AdapterLocation?
        /// What the engine has active; outer nil means unknown.
        var active: AdapterLocation??
    }

    /// What the engine is used for.
    package enum Use: Sendable {
        /// A phase of a round.
        case phase
        /// A person's question.
        case question
        /// Something that needs the machine for itself, such as an export.
        case export
    }

    /// Thrown if the engine does not become free in time.
    package struct Busy: Error {
        /// What it is used for; nil if that is not known any more.
        package let use: Use?
    }

    private let engine: any RoundEngine
    private let lock = AsyncLock()
    private let adapters = Mutex(Adapters(wanted: nil, active: .none))
    private let use = Mutex<Use?>(nil)
    /// Moves with every sign of the engine's progress.
    let pulse: Pulse

    /// Wraps an engine; every sign of its progress moves the pulse.
    package init(_ engine: any RoundEngine, pulse: Pulse) {
        self.engine = engine
        self.pulse = pulse
    }

    /// The model behind the engine.
    package var identity: ModelIdentity { engine.identity }

    /// Measures prompts as the engine does.
    package var ruler: PromptRuler? { engine.ruler }

    /// Renders the model's chat template as the engine does.
    package var chat: (any ChatRenderer)? { engine.chat }

    /// Whether the engine gives hidden states.
    package var givesHiddenStates: Bool { engine.givesHiddenStates }

    /// Calls that wait for the engine: people's questions, and the rounds' own call behind one.
    var waitingCallCount: Int { lock.waiterCount }

    /// Makes an adapter active for the rounds' calls.
    package func activate(_ adapter: AdapterLocation?) async throws {
        try await using(.phase) {
            self.adapters.withLock { $0.wanted = adapter }
            try await self.ensure(adapter)
        }
    }

    /// Writes candidates with the rounds' adapter.
    package func generate(
        _ requests: [GenerationRequest],
        prefix: PromptText,
        settings: GenerateSettings,
        key: RandomKey,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> [GeneratedText] {
        try await using(.phase) {
            try await self.ensureWanted()
            return try await self.engine.generate(
                requests,
                prefix: prefix,
                settings: settings,
                key: key,
                progress: self.pulse.counting(progress)
            )
        }
    }

    /// Computes losses with the rounds' adapter.
    package func score(
        _ samples: [TextSample],
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> [SampleScore] {
        try await using(.phase) {
            try await self.ensureWanted()
            return try await self.engine.score(samples, progress: self.pulse.counting(progress))
        }
    }

    /// Computes hidden states with the rounds' adapter.
    package func hiddenStates(of samples: [TextSample]) async throws -> [[Float]] {
        try await using(.phase) {
            try await self.ensureWanted()
            defer { self.pulse.beat() }
            return try await self.engine.hiddenStates(of: samples)
        }
    }

    /// Scores texts under another model.
    package func tokenScores(
        of samples: [TextSample],
        under path: String,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> SmallModelScores {
        try await using(.phase) {
            try await self.engine.tokenScores(
                of: samples,
                under: path,
                progress: self.pulse.counting(progress)
            )
        }
    }

    /// Fine-tunes an adapter.
    package func finetune(
        _ job: FinetuneJob,
        progress: @escaping @Sendable (EngineProgress) -> Void,
        save: @escaping @Sendable (TrainingSave) throws -> Void
    ) async throws -> FinetuneResult {
        try await using(.phase) {
            // Fine-tuning promises nothing about the active adapter.
            self.adapters.withLock { $0.active = .none }
            return try await self.engine.finetune(job, progress: self.pulse.counting(progress), save: save)
        }
    }

    /// Answers a person's question with the given adapter, between two calls of the rounds.
    ///
    /// - Parameters:
    ///   - request: The question and how many candidates it gets.
    ///   - prefix: Text before the prompt (worked examples).
    ///   - settings: Temperature, nucleus, limits and stop strings.
    ///   - key: What the randomness is keyed by.
    ///   - adapter: The adapter; nil is the base model.
    ///   - patience: How long the question waits for the engine; nil waits without limit.
    ///   - piece: Called with each new piece of a single candidate's text; by an engine that does not stream
    ///     once, with all of it.
    /// - Returns: The candidates.
    /// - Throws: `Busy`, `CancellationError`, or an error of the engine.
    package func ask(
        _ request: GenerationRequest,
        prefix: PromptText,
        settings: GenerateSettings,
        key: RandomKey,
        adapter: AdapterLocation?,
        within patience: Duration? = nil,
        piece: (@Sendable (String) -> Void)? = nil
    ) async throws -> [GeneratedText] {
        try await using(.question, within: patience) {
            try await self.ensure(adapter)
            if let piece, request.count == 1, let engine = self.engine as? any StreamingEngine {
                let text = try await engine.stream(request, prefix: prefix, settings: settings, key: key) {
                    self.pulse.beat()
                    piece($0)
                }
                return [text]
            }
            let texts = try await self.engine.generate(
                [request],
                prefix: prefix,
                settings: settings,
                key: key,
                progress: self.pulse.counting { _ in }
            )
            if let piece, texts.count == 1 { piece(texts[0].text) }
            return texts
        }
    }

    /// Runs a body that needs the machine for itself, such as an export; it shows its progress by what it is
    /// given.
    ///
    /// - Parameters:
    ///   - patience: How long it waits for the engine; nil waits without limit.
    ///   - body: What runs.
    /// - Returns: What the body returns.
    /// - Throws: `Busy`, `CancellationError`, or what the body throws.
    package func alone<Value: Sendable>(
        within patience: Duration? = nil,
        _ body: @Sendable (_ progress: @escaping @Sendable () -> Void) async throws -> Value
    ) async throws -> Value {
        try await using(.export, within: patience) { try await body { [pulse] in pulse.beat() } }
    }

    private func using<Value: Sendable>(
        _ use: Use,
        within patience: Duration? = nil,
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        do {
            return try await lock.withLock(within: patience) {
                self.use.withLock { $0 = use }
                defer { self.use.withLock { $0 = nil } }
                return try await body()
            }
        } catch is AsyncLock.NotFree {
            throw Busy(use: self.use.withLock { $0 })
        }
    }

    private func ensureWanted() async throws {
        try await ensure(adapters.withLock { $0.wanted })
    }

    /// Must be called with the lock held.
    private func ensure(_ adapter: AdapterLocation?) async throws {
        if let active = adapters.withLock({ $0.active }), active == adapter { return }
        adapters.withLock { $0.active = .none }
        try await engine.activate(adapter)
        adapters.withLock { $0.active = .some(adapter) }
        pulse.beat()
    }
}
