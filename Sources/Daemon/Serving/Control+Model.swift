package import ControlAPI
import Loop
import Store

extension Control {
    /// Writes a checkpoint's adapter, or the model merged with it, below the state directory's `exports`.
    package func export(_ request: ExportRequest) async throws -> ExportReply {
        let checkpoint = try await checkpoint(of: request.round)
        let adapter = try await parts.store.adapter(of: checkpoint)
        let name = request.name ?? "checkpoint-\(checkpoint)-\(request.format.rawValue)"
        let exports = Exports(directory: parts.store.exportDirectory)
        let written: (path: String, files: [ExportedFile])
        switch request.format {
        case .adapter:
            guard let adapter else {
                throw Problem(
                    .notPromoted,
                    "the base model has no adapter to export",
                    hint: "export a promoted round, or the format merged"
                )
            }
            written = try await exports.write(name) { path in try Exports.copy(adapter, to: path) }
        case .merged:
            written = try await exports.write(name) { [parts] path in
                try await parts.engine.alone { try await parts.exporter.exportMerged(adapter, to: path) }
            }
        }
        return ExportReply(path: written.path, checkpoint: checkpoint, files: written.files)
    }

    /// The checkpoint that a round made, the base model's for round 0, the current one for none.
    func checkpoint(of round: RoundID?) async throws -> CheckpointID {
        guard let round else { return try await parts.store.currentCheckpoint().id }
        if round.rawValue == 0 { return .base }
        guard let checkpoint = try await parts.store.round(round).checkpoint else {
            throw Problem(
                .notPromoted,
                "round \(round) has no checkpoint",
                hint: "\"autodidact checkpoints\" lists those there are",
                round: round.rawValue
            )
        }
        return checkpoint
    }
}
