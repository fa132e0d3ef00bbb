package import Loop

/// Writes a whole model with an adapter merged into its weights, in bf16.
package protocol ModelExporter: Sendable {
    /// Writes the model.
    ///
    /// - Parameters:
    ///   - adapter: The adapter; nil exports the base model.
    ///   - form: What to write.
    ///   - path: The directory; must not exist.
    ///   - progress: Called now and then while it writes.
    /// - Throws: An error of the engine, or `CancellationError`; nothing is left behind then.
    func export(
        _ adapter: AdapterLocation?,
        as form: ModelForm,
        to path: String,
        progress: @escaping @Sendable () -> Void
    ) async throws
}
