import Loop

/// Exports by what the engine's own files allow.
struct EngineExporter: ModelExporter {
    let write:
        @Sendable (AdapterLocation?, ModelForm, String, @escaping @Sendable () -> Void) async throws -> Void

    func export(
        _ adapter: AdapterLocation?,
        as form: ModelForm,
        to path: String,
        progress: @escaping @Sendable () -> Void
    ) async throws {
        try await write(adapter, form, path, progress)
    }
}
