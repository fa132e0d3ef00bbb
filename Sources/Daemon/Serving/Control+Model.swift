package import ControlAPI
import Loop
import ServiceLifecycle
package import Store

extension Control {
    /// Writes a checkpoint's adapter, or a whole model, below the state directory's `exports`.
    ///
    /// Files are not a transaction: the receipt follows the directory. After a kill between the two the same
    /// request finds its complete directory there and is refused as `exists`.
    ///
    /// - Throws: `Problem` `busy` with what runs if the engine does not become free for a whole model.
    package func export(_ request: ExportRequest, key: RequestKey?) async throws -> ExportReply {
        // Where a directory was mounted, there may be an empty mount point.
        try parts.store.checkExportsPresence()
        let checkpoint = try await exportedCheckpoint(request)
        let adapter = try await parts.store.adapter(of: checkpoint)
        let name = request.name ?? "checkpoint-\(checkpoint)-\(request.format.rawValue)"
        let card = try await parts.store.modelCard(
            of: checkpoint,
            as: request.format,
            model: parts.engine.identity
        )
        let exports = Exports(directory: parts.store.exportDirectory)
        let written: (path: String, files: [ExportedFile])
        if let model = request.format.model {
            let byteCount = parts.engine.identity.parameterCount * 2
            try parts.store.checkSpace(for: byteCount, of: "export \(name)")
            do {
                written = try await exports.write(name, card: card) { [parts] path in
                    // A stopping daemon does not wait for a large model to be written.
                    try await cancelWhenGracefulShutdown {
                        try await parts.engine.alone(within: parts.exportPatience) { progress in
                            try await parts.exporter.export(
                                adapter,
                                as: model,
                                to: path,
                                progress: progress
                            )
                        }
                    }
                }
            } catch let busy as SharedEngine.Busy {
                throw busyProblem(busy.use)
            }
        } else {
            guard let adapter else {
                throw Problem(
                    .notPromoted,
                    "the base model has no adapter to export",
                    hint: "export a promoted round, or the format merged"
                )
            }
            written = try await exports.write(name, card: card) { try Exports.copy(adapter, to: $0) }
        }
        let reply = ExportReply(path: written.path, checkpoint: checkpoint, files: written.files)
        if let key {
            try await parts.store.write(Receipt(key) { try ControlCoding.encode($0) }, of: reply)
        }
        return reply
    }

    private func exportedCheckpoint(_ request: ExportRequest) async throws -> CheckpointID {
        guard request.format == .hf else { return try await checkpoint(of: request.round) }
        guard request.round == nil || request.round?.rawValue == 0 else {
            throw Problem(
                .usage,
                "the format hf is the base model, which belongs to no round",
                hint: "leave the round out, or use the format merged"
            )
        }
        return .base
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
