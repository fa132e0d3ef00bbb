import Loop

extension ModelExport {
    /// The file's name within the directory of its export.
    package static let ggufFile = "model.gguf"

    /// Writes one GGUF file, which llama.cpp and this engine open, into its own directory.
    ///
    /// Matrices are bf16 if that is asked for, norms always f32, as in llama.cpp's own converter. Rows of
    /// query and key are in GGUF's order. The tokenizer is the GGUF file's own, entry by entry, or converted
    /// from tokenizer.json. The directory appears under its name when it is complete.
    ///
    /// - Parameters:
    ///   - model: The base model.
    ///   - adapter: What to merge, as in `merged`; nil exports the base model.
    ///   - directory: Where to; must not exist, its parent must.
    ///   - isBF16: Whether matrices are written as bf16 instead of f32.
    ///   - progress: Called before each piece of the weights.
    /// - Throws: `EngineError`, also when no GGUF file can express the tokenizer, or `CancellationError`
    ///   between two pieces; nothing is left behind then.
    package static func gguf(
        _ model: ModelFiles,
        adapter: Adapter?,
        to directory: String,
        isBF16: Bool,
        progress: () -> Void = {}
    ) throws {
        let merged = try MergedWeights(model, adapter)
        let description = model.description
        if let obstacle = description.ggufObstacle {
            throw EngineError(
                .unsupportedArchitecture,
                "cannot export \(model.name) as GGUF: \(obstacle), which no GGUF file can say; "
                    + "export a Hugging Face directory instead"
            )
        }
        var writer = GGUFWriter()
        describe(model, isMerged: adapter != nil, isBF16: isBF16, in: &writer)
        try describeTokenizer(of: model, in: &writer)
        var tensors: [([TensorName], TensorType, padding: Int)] = []
        let rotary = description.ggufRotaryTensors.sorted { $0.key < $1.key }
        let rotaryPadding = rotary.map { writer.add($0.key, shape: [$0.value.count], type: .f32) }
        for tensor in description.stored(in: .gguf) {
            let isRounded = isBF16 && tensor.shape.count > 1 && !tensor.isKernel
            let type = isRounded ? TensorType.bf16 : .f32
            tensors.append(
                (tensor.parts, type, padding: writer.add(tensor.key, shape: tensor.shape, type: type))
            )
        }
        try NewDirectory.create(directory) { target in
            try target.write(ggufFile) { put in
                try writer.header.withUnsafeBytes { try put($0) }
                for (tensor, padding) in zip(rotary, rotaryPadding) {
                    try tensor.value.withUnsafeBytes { try put($0) }
                    try [UInt8](repeating: 0, count: padding).withUnsafeBytes { try put($0) }
                }
                for (names, type, padding) in tensors {
                    for name in names {
                        let order = description.ropeOrder(of: name)
                        try merged.forEachPiece(of: name, as: type, order: order, progress: progress, put)
                    }
                    try [UInt8](repeating: 0, count: padding).withUnsafeBytes { try put($0) }
                }
            }
        }
    }

    /// What the file is and the numbers that shape the model.
    private static func describe(
        _ model: ModelFiles,
        isMerged: Bool,
        isBF16: Bool,
        in writer: inout GGUFWriter
    ) {
        let (c, architecture) = (model.configuration, model.description.architecture)
        writer.set("general.architecture", .string(architecture))
        writer.set("general.type", .string("model"))
        writer.set("general.name", .string(model.name))
        if isMerged {
            writer.set("general.finetune", .string("autodidact"))
            writer.set("general.base_model.count", .u32(1))
            writer.set("general.base_model.0.name", .string(model.name))
        }
        if let license = model.license { writer.set("general.license", .string(license)) }
        // The format's numbers for "mostly bf16" and "all f32".
        writer.set("general.file_type", .u32(isBF16 ? 32 : 0))
        writer.set("general.quantization_version", .u32(2))
        let numbers = [
            ("context_length", c.contextLength), ("embedding_length", c.hiddenSize),
            ("block_count", c.layerCount), ("feed_forward_length", c.intermediateSize),
            ("attention.head_count", c.headCount), ("attention.head_count_kv", c.keyValueHeadCount),
            ("attention.key_length", c.headDimension), ("attention.value_length", c.headDimension),
            ("rope.dimension_count", c.headDimension), ("vocab_size", c.vocabularyCount),
        ]
        let rotation = model.description.mainRotation
        let own = (rotation?.ggufSettings ?? []) + model.description.ggufSettings
        let replaced = Set(own.map(\.key))
        for (key, number) in numbers where !replaced.contains(key) {
            writer.set("\(architecture).\(key)", .u32(number))
        }
        let epsilon = model.description.hasFinalLayerNorm ? "layer_norm_epsilon" : "layer_norm_rms_epsilon"
        writer.set("\(architecture).attention.\(epsilon)", .f32(c.rmsNormEpsilon))
        writer.set("\(architecture).rope.freq_base", .f32(c.ropeTheta))
        for setting in own {
            switch setting.value {
            case .integer(let number): writer.set("\(architecture).\(setting.key)", .u32(number))
            case .integers(let numbers):
                let values = numbers.map { Int32(clamping: $0) }
                writer.set("\(architecture).\(setting.key)", .i32s(values))
            case .number(let number): writer.set("\(architecture).\(setting.key)", .f32(number))
            case .flag(let flag): writer.set("\(architecture).\(setting.key)", .bool(flag))
            case .text(let text): writer.set("\(architecture).\(setting.key)", .string(text))
            }
        }
    }

    private static func describeTokenizer(of model: ModelFiles, in writer: inout GGUFWriter) throws {
        if case .gguf(let file) = model.source {
            let places = file.entries.filter { $0.key.hasPrefix("tokenizer.") }.values
            for place in places.sorted(by: { $0.lowerBound < $1.lowerBound }) {
                writer.copy(UnsafeRawBufferPointer(rebasing: file.file.bytes[place]))
            }
            return
        }
        let tokenizer = try GGUFTokenizerMetadata(
            exporting: model.tokenizerSource,
            vocabularyCount: model.configuration.vocabularyCount
        )
        writer.set("tokenizer.ggml.model", .string(tokenizer.model))
        writer.set("tokenizer.ggml.pre", .string(tokenizer.pre))
        writer.set("tokenizer.ggml.tokens", .strings(tokenizer.tokens))
        writer.set("tokenizer.ggml.token_type", .i32s(tokenizer.tokenTypes))
        writer.set("tokenizer.ggml.merges", .strings(tokenizer.merges))
        let ids = [
            ("bos", tokenizer.bosID), ("eos", tokenizer.eosID), ("eot", tokenizer.eotID),
            ("unknown", tokenizer.unknownID), ("padding", tokenizer.paddingID),
        ]
        for case (let name, let id?) in ids { writer.set("tokenizer.ggml.\(name)_token_id", .u32(id)) }
        writer.set("tokenizer.ggml.add_bos_token", .bool(tokenizer.addBOS))
        writer.set("tokenizer.ggml.add_space_prefix", .bool(false))
        if let template = tokenizer.chatTemplate { writer.set("tokenizer.chat_template", .string(template)) }
    }
}
