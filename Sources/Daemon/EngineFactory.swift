import Engine
import Foundation
import Logging
import Loop
import ScaleOut

/// An engine with what belongs to it.
struct EngineParts: Sendable {
    /// The engine.
    let engine: any RoundEngine
    /// Exports its model.
    let exporter: any ModelExporter
    /// What a running phase adds to the machine's load.
    let threadCount: Int
    /// The memory that it needs, and what it may have; nil when programs outside run the model.
    let memory: EngineMemory?
    /// Makes what the engine needs in the state directory, once that is ours.
    let prepare: @Sendable () throws -> Void
    /// Ends what this engine or a killed one before it has started; call it only with the journal's lock
    /// held.
    let stop: @Sendable () async -> Void
}

/// Makes one kind of engine.
protocol EngineMaker {
    /// Opens the model.
    ///
    /// - Parameters:
    ///   - settings: The model's path, what runs it and how.
    ///   - environment: What the service manager says.
    ///   - beat: Called at every sign of life, more often than progress is reported.
    /// - Returns: The engine, and what exports through it.
    /// - Throws: `EngineFailure`, or `DaemonError` for a setting of it.
    static func make(
        _ settings: DaemonSettings,
        environment: [String: String],
        beat: @escaping @Sendable () -> Void
    ) throws -> EngineParts

    /// Checks the engine's own settings, and what they need outside the configuration.
    static func check(_ settings: DaemonSettings, environment: [String: String]) throws

    /// Checks that this engine can serve the rounds' settings.
    static func checkLimits(_ settings: DaemonSettings) throws(DaemonError)

    /// Tokens of its own that it adds to a text that is scored.
    static var scoringMargin: Int { get }
}

/// The one place that tells kinds of engines apart.
enum EngineFactory {
    private static func maker(of kind: EngineKind) -> any EngineMaker.Type {
        switch kind {
        case .embedded: EmbeddedMaker.self
        case .scaleout: ScaleOutMaker.self
        }
    }

    /// Opens the model with the engine that the settings name.
    static func make(
        _ settings: DaemonSettings,
        environment: [String: String],
        beat: @escaping @Sendable () -> Void
    ) throws -> EngineParts {
        try maker(of: settings.engine.kind).make(settings, environment: environment, beat: beat)
    }

    /// Reads a model's header, tensor table and tokenizer without loading weights, and the engine's own
    /// settings.
    static func check(_ settings: DaemonSettings, environment: [String: String]) throws {
        _ = try BaseModel(settings.model)
        try maker(of: settings.engine.kind).check(settings, environment: environment)
    }

    /// Measures prompts as the engine will, from the model's header and tokenizer alone: nothing is hashed or
    /// loaded.
    static func ruler(_ settings: DaemonSettings) throws -> PromptRuler {
        let (contextLength, count) = try ModelTokens.read(settings.model)
        let margin = maker(of: settings.engine.kind).scoringMargin
        return PromptRuler(contextLength: contextLength, scoringLength: contextLength - margin, count: count)
    }

    /// How prompts can be written for the model: with its chat template only if the settings ask for it.
    static func formats(_ settings: DaemonSettings) throws -> PromptFormats {
        guard settings.round.prompt.format != .plain else { return .standard }
        return PromptFormats.standard.with(try ModelChat.read(settings.model))
    }

    /// Checks that the engine can serve the rounds' settings.
    static func checkLimits(_ settings: DaemonSettings) throws(DaemonError) {
        try maker(of: settings.engine.kind).checkLimits(settings)
    }
}

private enum EmbeddedMaker: EngineMaker {
    static func make(
        _ settings: DaemonSettings,
        environment: [String: String],
        beat: @escaping @Sendable () -> Void
    ) throws -> EngineParts {
        let options = settings.engine
        let engine = try EmbeddedEngine(
            modelPath: settings.model,
            settings: EngineSettings(
                threads: options.threads,
                precision: options.precision,
                rows: options.rows
            ),
            beat: beat
        )
        if let note = engine.memoryNote { Logger(label: "autodidactd").warning("\(note)") }
        return EngineParts(
            engine: engine,
            exporter: EngineExporter { adapter, form, path, progress in
                // bf16 is what the model's own files usually hold, and half the size.
                try await engine.export(
                    adapter: adapter,
                    as: form,
                    to: path,
                    isBF16: true,
                    progress: progress
                )
            },
            threadCount: engine.identity.threadCount,
            memory: engine.memory,
            prepare: {},
            stop: {}
        )
    }

    static func check(_ settings: DaemonSettings, environment: [String: String]) {}

    static func checkLimits(_ settings: DaemonSettings) {}

    static let scoringMargin = 0
}

private enum ScaleOutMaker: EngineMaker {
    static func make(
        _ settings: DaemonSettings,
        environment: [String: String],
        beat: @escaping @Sendable () -> Void
    ) throws -> EngineParts {
        let model = try BaseModel(settings.model)
        let executor = EngineExecutor(name: "engine")
        let engine = try ScaleOutEngine(
            model: model,
            path: settings.model,
            settings: try settings.scaleOut(environment: environment),
            executor: executor,
            makesDirectory: false,
            beat: beat,
            note: { Logger(label: "autodidactd").warning("\($0)") }
        )
        return EngineParts(
            engine: engine,
            exporter: EngineExporter { adapter, form, path, progress in
                try await engine.alone {
                    try model.export(adapter: adapter, as: form, to: path, isBF16: true, progress: progress)
                }
            },
            // Programs that it starts may use them all.
            threadCount: ProcessInfo.processInfo.activeProcessorCount,
            memory: nil,
            prepare: { try engine.prepare() },
            stop: { await engine.stop() }
        )
    }

    /// A server that scores writes a token, too.
    static let scoringMargin = 1

    static func check(_ settings: DaemonSettings, environment: [String: String]) throws {
        try ScaleOutEngine.check(settings.scaleOut(environment: environment))
    }

    static func checkLimits(_ settings: DaemonSettings) throws(DaemonError) {
        let kind = settings.round.vote.answerKind
        if AnswerKinds.standard[kind]?.isGrouped == true {
            // vLLM serves them only as a server of its own, which does not write texts.
            throw DaemonError(.invalidConfiguration, LoopError.noHiddenStates(kind).message)
        }
        guard !SelectionChain(settings.round).neededScores.contains(.smallModel) else {
            throw DaemonError(.invalidConfiguration, LoopError.noSmallModel.message)
        }
        guard settings.round.finetune.contenders.isEmpty else {
            throw DaemonError(.invalidConfiguration, LoopError.noContenders.message)
        }
        let rank = settings.round.finetune.rank
        guard let most = ScaleOutSettings.ranks.last, rank > most else { return }
        throw DaemonError(
            .invalidConfiguration,
            "finetune.rank: \(rank) is more than the \(most) that vLLM accepts for an adapter; "
                + "use 1 to \(most), or engine.kind embedded"
        )
    }
}

extension BaseModel: ScaleOutModel {
    /// Writes the base model as a Hugging Face directory.
    package func writeBase(to directory: String, isBF16: Bool, progress: @Sendable () -> Void) throws {
        try export(adapter: nil, as: .huggingFace, to: directory, isBF16: isBF16, progress: progress)
    }
}
