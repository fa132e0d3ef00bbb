import Engine
import Logging
import Loop

/// The one place that makes an engine.
enum EngineFactory {
    /// Loads the model.
    ///
    /// - Parameters:
    ///   - model: Its path.
    ///   - options: How it is run.
    ///   - beat: Told at every sign of life, more often than progress is reported.
    /// - Returns: The engine, and what exports through it.
    /// - Throws: `EngineError`.
    static func make(
        model: String,
        options: EngineOptions,
        beat: @escaping @Sendable () -> Void
    ) throws -> (any RoundEngine, any ModelExporter) {
        let settings = EngineSettings(
            threads: options.threads,
            precision: EngineSettings.Precision(rawValue: options.precision.rawValue) ?? .automatic,
            rows: options.rows
        )
        let engine = try EmbeddedEngine(modelPath: model, settings: settings, beat: beat)
        if let note = engine.memoryNote { Logger(label: "autodidactd").warning("\(note)") }
        return (engine, EmbeddedExporter(engine: engine))
    }

    /// Reads a model's header, tensor table and tokenizer without loading weights.
    static func check(model: String) throws {
        _ = try Tokenizer(ModelFiles.open(model).tokenizerSource)
    }

    /// Whether an error comes from the engine, so that it is "unavailable" rather than a defect.
    static func isEngineError(_ error: any Error) -> Bool { error is EngineError }
}
