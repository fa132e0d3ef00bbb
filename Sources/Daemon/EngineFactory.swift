package import Engine
import Logging
import Loop
import ScaleOut

/// An engine with what belongs to it.
struct EngineParts: Sendable {
    /// The engine.
    let engine: any RoundEngine
    /// Exports its model.
    let exporter: any ModelExporter
    /// Ends what the engine has started, or one before it that was killed; for whoever holds the journal's lock.
    let stop: @Sendable () async -> Void
}

/// The one place that makes an engine.
enum EngineFactory {
    /// Opens the model.
    ///
    /// - Parameters:
    ///   - settings: The model's path, what runs it and how.
    ///   - environment: What the service manager says.
    ///   - beat: Told at every sign of life, more often than progress is reported.
    /// - Returns: The engine, and what exports through it.
    /// - Throws: `EngineError`, `ScaleOutError`, or `DaemonError` for a setting of it.
    static func make(
        _ settings: DaemonSettings,
        environment: [String: String],
        beat: @escaping @Sendable () -> Void
    ) throws -> EngineParts {
        switch settings.engine.kind {
        case .embedded: try embedded(settings.model, settings.engine, beat)
        case .scaleout:
            try scaleOut(settings.model, settings.scaleOut(environment: environment), beat)
        }
    }

    private static func embedded(
        _ model: String,
        _ options: EngineOptions,
        _ beat: @escaping @Sendable () -> Void
    ) throws -> EngineParts {
        let settings = EngineSettings(
            threads: options.threads,
            precision: EngineSettings.Precision(rawValue: options.precision.rawValue) ?? .automatic,
            rows: options.rows
        )
        let engine = try EmbeddedEngine(modelPath: model, settings: settings, beat: beat)
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
            stop: {}
        )
    }

    private static func scaleOut(
        _ path: String,
        _ settings: ScaleOutSettings,
        _ beat: @escaping @Sendable () -> Void
    ) throws -> EngineParts {
        let model = try BaseModel(path)
        let executor = EngineExecutor(name: "engine")
        let engine = try ScaleOutEngine(
            model: model,
            path: path,
            settings: settings,
            executor: executor,
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
            stop: { await engine.stop() }
        )
    }

    /// Reads a model's header, tensor table and tokenizer without loading weights, and the engine's own settings.
    static func check(_ settings: DaemonSettings, environment: [String: String]) throws {
        _ = try BaseModel(settings.model)
        if settings.engine.kind == .scaleout {
            try ScaleOutEngine.check(settings.scaleOut(environment: environment))
        }
    }

    /// Whether an error comes from the engine, so that it is "unavailable" rather than a defect.
    static func isEngineError(_ error: any Error) -> Bool { error is EngineError || error is ScaleOutError }
}

extension BaseModel: ScaleOutModel {
    /// Writes the base model as a Hugging Face directory.
    package func writeBase(to directory: String, isBF16: Bool, progress: @Sendable () -> Void) throws {
        try export(adapter: nil, as: .huggingFace, to: directory, isBF16: isBF16, progress: progress)
    }
}
