import Loop

/// LFM2 (350M, 700M, 1.2B): most layers have a short gated convolution, the others attention with norms of
/// query and key heads.
///
/// Source: Liquid AI 2025, huggingface.co/LiquidAI/LFM2-1.2B. Reference: transformers,
/// `models/lfm2/modeling_lfm2.py`; for GGUF llama.cpp, `src/models/lfm2.cpp`, where a layer without key and
/// value heads has a convolution.
package struct Lfm2: ModelFamily {
    package let ggufArchitectures = ["lfm2"]
    package let huggingFaceNames = ["Lfm2ForCausalLM", "lfm2"]

    /// The longest convolution whose state a block of slots holds.
    private static let lengths = 2...CheckedKernels.keyBlock

    package init() {}

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        try metadata.refuse(except: [])
        let numbers = try metadata.decoderNumbers(isMixed: true)
        try metadata.requireWholeHeads(numbers)
        let counts = try metadata.keyValueHeadCounts() ?? []
        let key = "shortconv.l_cache"
        let length = try metadata.integer(key)
        guard Self.lengths.contains(length) else {
            throw metadata.unsupported(key, "\(length), expected \(Self.lengths)")
        }
        return describe(
            numbers,
            try metadata.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: false),
            isConvolution: (0..<numbers.layerCount).map { counts.count > 1 && counts[$0] == 0 },
            length: length
        )
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "silu")
        try config.requireAbsent(["conv_bias", "attention_bias", "mlp_bias", "sliding_window"])
        let numbers = try self.numbers(config)
        let length = try config.integer("conv_L_cache", orNull: 3)
        guard Self.lengths.contains(length) else {
            throw config.unsupported("conv_L_cache is \(length), expected \(Self.lengths)")
        }
        return describe(
            numbers,
            try config.rotation(
                headDimension: numbers.headDimension,
                base: 1_000_000,
                isInterleavedInGGUF: false
            ),
            isConvolution: try convolutions(config, numbers.layerCount),
            length: length
        )
    }

    private func numbers(_ config: HuggingFaceConfiguration) throws -> ModelConfiguration {
        try config.refuseQuantization()
        let headCount = try config.positive("num_attention_heads")
        let hiddenSize = try config.integer("hidden_size")
        return try config.checked(
            ModelConfiguration(
                hiddenSize: hiddenSize,
                layerCount: try config.integer("num_hidden_layers"),
                headCount: headCount,
                keyValueHeadCount: try config.integer("num_key_value_heads", orNull: 8),
                headDimension: try config.integer("head_dim", orNull: hiddenSize / headCount),
                intermediateSize: try intermediateSize(config),
                vocabularyCount: try config.integer("vocab_size"),
                rmsNormEpsilon: Float(try config.double("norm_eps")),
                ropeTheta: Float(config.rotationBase ?? 1_000_000),
                contextLength: try config.integer("max_position_embeddings"),
                tiesEmbeddings: config.bool("tie_embedding") ?? config.bool("tie_word_embeddings") ?? true
            )
        )
    }

    /// Width of the MLP: two thirds of what the file says, rounded up, unless it says that this is done.
    private func intermediateSize(_ config: HuggingFaceConfiguration) throws -> Int {
        let key = config.config["block_ff_dim"] == nil ? "intermediate_size" : "block_ff_dim"
        let size = try config.integer(key)
        guard (1...1 << 20).contains(size) else {
            throw config.malformed("\(key) is \(size), expected 1...\(1 << 20)")
        }
        guard config.bool("block_auto_adjust_ff_dim") ?? true else { return size }
        let adjusted = Int(Double(2 * size) / 3)
        let factor = "block_ffn_dim_multiplier"
        let value = config.config[factor]
        if value == .null { return adjusted }
        let multiplier = value == nil ? 1 : try config.double(factor)
        let multiple = try config.positive("block_multiple_of", orNull: 256)
        guard multiplier > 0, multiplier <= 1000, multiple <= 1 << 16 else {
            throw config.malformed(
                "\(factor) is \(multiplier) and block_multiple_of \(multiple), expected up to 1000 and \(1 << 16)"
            )
        }
        let width = Int(multiplier * Double(adjusted))
        return multiple * ((width + multiple - 1) / multiple)
    }

    /// Which layers have a convolution: by `layer_types`, otherwise all that `full_attn_idxs` does not name.
    private func convolutions(_ config: HuggingFaceConfiguration, _ layerCount: Int) throws -> [Bool] {
        guard let types = config.config["layer_types"], types != .null else {
            guard let value = config.config["full_attn_idxs"], value != .null else {
                return Array(repeating: false, count: layerCount)
            }
            let attention = Set((value.array ?? []).compactMap(\.integer))
            guard attention.count == value.array?.count, attention.allSatisfy((0..<layerCount).contains)
            else {
                throw config.malformed("full_attn_idxs is not a list of layers, each once")
            }
            return (0..<layerCount).map { !attention.contains($0) }
        }
        let isConvolution = try (types.array ?? []).enumerated().map { layer, type in
            switch type.string {
            case "conv": true
            case "full_attention": false
            default:
                throw config.unsupported(
                    "layer_types holds \(String(decoding: type.encoded().prefix(80), as: UTF8.self)) for layer "
                        + "\(layer), expected \"conv\" or \"full_attention\""
                )
            }
        }
        guard isConvolution.count == layerCount else {
            throw config.malformed("layer_types has \(isConvolution.count) entries for \(layerCount) layers")
        }
        return isConvolution
    }

    private func describe(
        _ numbers: ModelConfiguration,
        _ rotation: RotationDescription,
        isConvolution: [Bool],
        length: Int
    ) -> ModelDescription {
        var numbers = numbers
        numbers.adopt(rotation)
        var model = ModelDescription.decoder(
            "lfm2",
            HuggingFaceIdentity(
                architecture: "Lfm2ForCausalLM",
                modelType: "lfm2",
                settings: [
                    "block_auto_adjust_ff_dim": .bool(false), "conv_L_cache": .integer(length),
                    "conv_bias": .bool(false), "norm_eps": .number("\(numbers.rmsNormEpsilon)"),
                    "layer_types": .array(isConvolution.map { .string($0 ? "conv" : "full_attention") }),
                    // llama.cpp's converter wants these even where nothing is adjusted.
                    "block_ffn_dim_multiplier": .number("1.0"), "block_multiple_of": .integer(256),
                ]
            ),
            numbers,
            layers: isConvolution.enumerated().map { index, isConvolution in
                let names = LayerNames(index)
                return LayerDescription(
                    attentionNorm: names.name("attn_norm", "operator_norm"),
                    mixer: isConvolution
                        ? .convolution(convolution(names, numbers, length))
                        : .attention(attention(names, numbers, rotation)),
                    mlpNorm: names.name("ffn_norm", "ffn_norm"),
                    mlp: GatedMLPDescription(
                        gate: LinearDescription(names.name("ffn_gate", "feed_forward.w1")),
                        up: LinearDescription(names.name("ffn_up", "feed_forward.w3")),
                        down: LinearDescription(names.name("ffn_down", "feed_forward.w2")),
                        activation: .silu
                    )
                )
            },
            ggufSettings: [
                GGUFSetting(
                    "attention.head_count_kv",
                    .integers(isConvolution.map { $0 ? 0 : numbers.keyValueHeadCount })
                ),
                GGUFSetting("shortconv.l_cache", .integer(length)),
            ]
        )
        model.finalNorm = ModuleName(gguf: "token_embd_norm", huggingFace: "model.embedding_norm")
        return model
    }

    private func attention(
        _ names: LayerNames,
        _ n: ModelConfiguration,
        _ rotation: RotationDescription
    ) -> AttentionDescription {
        var attention = names.attention(n, rotation: rotation)
        attention.output = LinearDescription(names.name("attn_output", "self_attn.out_proj"))
        attention.queryNorm = names.name("attn_q_norm", "self_attn.q_layernorm")
        attention.keyNorm = names.name("attn_k_norm", "self_attn.k_layernorm")
        return attention
    }

    private func convolution(_ names: LayerNames, _ n: ModelConfiguration, _ length: Int)
        -> ConvolutionDescription
    {
        func part(_ number: Int) -> LinearDescription {
            LinearDescription(
                names.name("shortconv.in_proj", "conv.in_proj"),
                part: TensorPart(first: number * n.hiddenSize, total: 3 * n.hiddenSize)
            )
        }
        return ConvolutionDescription(
            gate: part(0),
            outputGate: part(1),
            input: part(2),
            output: LinearDescription(names.name("shortconv.out_proj", "conv.out_proj")),
            kernel: names.name("shortconv.conv", "conv.conv"),
            length: length
        )
    }
}
