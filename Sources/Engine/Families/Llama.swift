/// Llama, and Mistral without a window: RMS norm before attention and before the MLP, grouped queries, rotary
/// positions, a gated MLP with SiLU, no biases.
///
/// Sources: Touvron and others 2023, arXiv 2302.13971; Llama Team 2024, arXiv 2407.21783; Jiang and others
/// 2023, arXiv 2310.06825. Reference: transformers, `models/llama/modeling_llama.py`; for GGUF llama.cpp,
/// `src/models/llama.cpp`.
package struct Llama: ModelFamily {
    package let ggufArchitectures = ["llama"]
    package let huggingFaceNames = ["LlamaForCausalLM", "MistralForCausalLM", "llama", "mistral"]

    package init() {}

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        if let experts = try metadata.optionalInteger("expert_count"), experts > 0 {
            throw metadata.unsupported("expert_count", "\(experts): mixtures of experts are not supported")
        }
        if let scaling = try metadata.optionalString("rope.scaling.type"), scaling != "none" {
            throw metadata.unsupported("rope.scaling.type", "\"\(scaling)\", expected \"none\"")
        }
        if metadata.hasTensor("rope_freqs.weight") {
            throw metadata.unsupported("tensor rope_freqs.weight asks for scaled rotary positions")
        }
        let headCount = try metadata.integer("attention.head_count")
        let hiddenSize = try metadata.integer("embedding_length")
        let headDimension =
            try metadata.optionalInteger("attention.key_length")
            ?? (headCount > 0 ? hiddenSize / headCount : 0)
        let numbers = try metadata.checked(
            ModelConfiguration(
                hiddenSize: hiddenSize,
                layerCount: try metadata.integer("block_count"),
                headCount: headCount,
                keyValueHeadCount: try metadata.optionalInteger("attention.head_count_kv") ?? headCount,
                headDimension: headDimension,
                intermediateSize: try metadata.integer("feed_forward_length"),
                vocabularyCount: metadata.rowCount(of: "token_embd.weight"),
                rmsNormEpsilon: Float(try metadata.double("attention.layer_norm_rms_epsilon")),
                ropeTheta: Float(try metadata.optionalDouble("rope.freq_base") ?? 10_000),
                contextLength: try metadata.integer("context_length"),
                tiesEmbeddings: !metadata.hasTensor("output.weight")
            )
        )
        for key in ["rope.dimension_count", "attention.value_length"] {
            if let width = try metadata.optionalInteger(key), width != headDimension {
                throw metadata.unsupported(key, "\(width), expected the head dimension \(headDimension)")
            }
        }
        return describe(numbers)
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "silu")
        try config.requireAbsent(["attention_bias", "mlp_bias", "sliding_window", "quantization_config"])
        try config.requirePlainRotation()
        let headCount = try config.integer("num_attention_heads")
        let hiddenSize = try config.integer("hidden_size")
        guard headCount > 0 else {
            throw config.malformed("num_attention_heads is \(headCount), expected at least 1")
        }
        let numbers = try config.checked(
            ModelConfiguration(
                hiddenSize: hiddenSize,
                layerCount: try config.integer("num_hidden_layers"),
                headCount: headCount,
                keyValueHeadCount: try config.integer("num_key_value_heads", orNull: headCount),
                headDimension: try config.integer("head_dim", orNull: hiddenSize / headCount),
                intermediateSize: try config.integer("intermediate_size"),
                vocabularyCount: try config.integer("vocab_size"),
                rmsNormEpsilon: Float(try config.double("rms_norm_eps")),
                ropeTheta: Float(config.rotationBase ?? 10_000),
                contextLength: try config.integer("max_position_embeddings"),
                tiesEmbeddings: config.bool("tie_word_embeddings") ?? false
            )
        )
        return describe(numbers)
    }

    /// A model of a given size.
    ///
    /// - Parameter numbers: Its size; checked.
    /// - Returns: The model.
    package func describe(_ numbers: ModelConfiguration) -> ModelDescription {
        ModelDescription(
            architecture: "llama",
            huggingFace: HuggingFaceIdentity(
                architecture: "LlamaForCausalLM",
                modelType: "llama",
                settings: ["attention_bias": .bool(false), "mlp_bias": .bool(false)]
            ),
            numbers: numbers,
            embedding: ModuleName(gguf: "token_embd", huggingFace: "model.embed_tokens"),
            layers: (0..<numbers.layerCount).map { layer($0, numbers) },
            finalNorm: ModuleName(gguf: "output_norm", huggingFace: "model.norm"),
            head: ModuleName(gguf: "output", huggingFace: "lm_head")
        )
    }

    /// h = x + attention(norm(x)); x = h + MLP(norm(h)).
    private func layer(_ index: Int, _ numbers: ModelConfiguration) -> LayerDescription {
        func name(_ gguf: String, _ huggingFace: String) -> ModuleName {
            ModuleName(gguf: "blk.\(index).\(gguf)", huggingFace: "model.layers.\(index).\(huggingFace)")
        }
        let attention = AttentionDescription(
            query: LinearDescription(name("attn_q", "self_attn.q_proj")),
            key: LinearDescription(name("attn_k", "self_attn.k_proj")),
            value: LinearDescription(name("attn_v", "self_attn.v_proj")),
            output: LinearDescription(name("attn_output", "self_attn.o_proj")),
            rotation: RotationDescription(base: numbers.ropeTheta, isInterleavedInGGUF: true),
            scale: 1 / Float(numbers.headDimension).squareRoot()
        )
        let mlp = GatedMLPDescription(
            gate: LinearDescription(name("ffn_gate", "mlp.gate_proj")),
            up: LinearDescription(name("ffn_up", "mlp.up_proj")),
            down: LinearDescription(name("ffn_down", "mlp.down_proj")),
            activation: .silu
        )
        return LayerDescription(
            attentionNorm: name("attn_norm", "input_layernorm"),
            mixer: .attention(attention),
            mlpNorm: name("ffn_norm", "post_attention_layernorm"),
            mlp: mlp
        )
    }
}
