import Loop

/// Writes a whole model, with an adapter merged into it, as a directory that others load.
package enum ModelExport {
    /// Writes config.json, generation_config.json, model.safetensors and the tokenizer's files.
    ///
    /// Linear weights are W + s·B·A, added in f32 and rounded once (to nearest, ties to even) if bf16 is
    /// asked for. The directory appears under its name when it is complete.
    ///
    /// - Parameters:
    ///   - model: The base model.
    ///   - adapter: What to merge; nil exports the base model.
    ///   - directory: Where to; must not exist, its parent must.
    ///   - isBF16: Whether weights are written as bf16 instead of f32.
    ///   - progress: Called before each piece of the weights.
    /// - Throws: `EngineError`, or `CancellationError` between two pieces; nothing is left behind then.
    package static func merged(
        _ model: ModelFiles,
        adapter: Adapter?,
        to directory: String,
        isBF16: Bool,
        progress: () -> Void = {}
    ) throws {
        let merged = try MergedWeights(model, adapter)
        let tokenizer = try HuggingFaceTokenizerFiles(exporting: model.tokenizerSource)
        let type = isBF16 ? TensorType.bf16 : .f32
        let description = model.description
        let tensors = description.stored(in: .huggingFace).sorted { $0.key < $1.key }
        let header = SafetensorsWriter.header(tensors.map { ($0.key, $0.shape) }, type: type)
        try NewDirectory.create(directory) { target in
            for file in ModelExportFiles(model: model, tokenizer: tokenizer, isBF16: isBF16).all() {
                try target.write(file.name, file.bytes)
            }
            try target.write("model.safetensors") { put in
                try header.withUnsafeBytes { try put($0) }
                for name in tensors.flatMap(\.parts) {
                    let offset = description.huggingFaceOffset(of: name)
                    try merged.forEachPiece(of: name, as: type, offset: offset, progress: progress, put)
                }
            }
        }
    }
}
