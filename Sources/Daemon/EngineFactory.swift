import Engine
import Loop

/// The one place that makes an engine.
enum EngineFactory {
    /// Loads the model.
    static func make(model: String, options: EngineOptions) throws -> (any RoundEngine, any ModelExporter) {
        let settings = EngineSettings(
            threads: options.threads,
            precision: EngineSettings.Precision(rawValue: options.precision.rawValue) ?? .automatic,
            rows: options.rows
        )
        let engine = try EmbeddedEngine(modelPath: model, settings: settings)
        return (engine, EmbeddedExporter(engine: engine))
    }

    /// Reads a model's header, tensor table and tokenizer without loading weights.
    static func check(model: String) throws {
        _ = try Tokenizer(ModelFiles.open(model).tokenizerSource)
    }

    /// Whether an error comes from the engine, so that it is "unavailable" rather than a defect.
    static func isEngineError(_ error: any Error) -> Bool { error is EngineError }
}
