public import Loop

extension JournalStore {
    /// The model card of a checkpoint as the journal knows it now.
    ///
    /// - Parameters:
    ///   - checkpoint: The checkpoint.
    ///   - form: What it is exported as.
    ///   - model: The base model.
    /// - Returns: README.md.
    /// - Throws: `StoreError` when there is no such checkpoint or the journal cannot be read.
    public func modelCard(
        of checkpoint: CheckpointID,
        as form: ExportForm,
        model: ModelIdentity
    ) async throws -> FileContent {
        try await database.read { db in
            _ = try db.checkpoint(checkpoint)
            return ModelCard(
                form: form,
                base: model.name,
                model: model,
                checkpoint: checkpoint,
                line: try db.line(to: checkpoint)
            ).file
        }
    }
}
