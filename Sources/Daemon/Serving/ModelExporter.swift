package import Loop

/// Writes a whole model with an adapter merged into its weights.
package protocol ModelExporter: Sendable {
    /// Writes the merged model as a Hugging Face directory.
    ///
    /// - Parameters:
    ///   - adapter: The adapter; nil exports the base model.
    ///   - path: The directory; must not exist.
    /// - Throws: An error of the engine.
    func exportMerged(_ adapter: AdapterLocation?, to path: String) async throws
}
