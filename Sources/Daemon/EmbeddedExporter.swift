import Engine
import Loop

/// Exports through the engine that holds the model.
struct EmbeddedExporter: ModelExporter {
    let engine: EmbeddedEngine

    func export(
        _ adapter: AdapterLocation?,
        as form: ModelForm,
        to path: String,
        progress: @escaping @Sendable () -> Void
    ) async throws {
        // bf16 is what the model's own files usually hold, and half the size.
        try await engine.export(adapter: adapter, as: form, to: path, isBF16: true, progress: progress)
    }
}
