import Engine
import Loop

/// Exports through the engine that holds the model.
struct EmbeddedExporter: ModelExporter {
    let engine: EmbeddedEngine

    func export(
        _ adapter: AdapterLocation?,
        as form: WholeModelForm,
        to path: String,
        progress: @escaping @Sendable () -> Void
    ) async throws {
        do {
            // bf16 is what the model's own files usually hold, and half the size.
            switch form {
            case .huggingFace:
                try await engine.export(adapter: adapter, to: path, isBF16: true, progress: progress)
            case .gguf:
                try await engine.exportGGUF(adapter: adapter, to: path, isBF16: true, progress: progress)
            }
        } catch let error as EngineError {
            let code: DaemonError.Code =
                switch error.code {
                case .fileFailed: .fileFailed
                case .tokenizerUnsupported: .invalidData
                default: .engineUnavailable
                }
            throw DaemonError(code, error.message, cause: error)
        }
    }
}
