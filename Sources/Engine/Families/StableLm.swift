import Loop

/// StableLM 3B and StableLM 2 1.6B: Llama's layers with LayerNorms, a quarter of each head rotated, and biases on
/// query, key and value in the second.
///
/// StableLM 2 12B computes attention and MLP side by side and normalises query and key heads; it is refused.
///
/// Source: Bellagente and others 2024, arXiv 2402.17834. Reference: transformers,
/// `models/stablelm/modeling_stablelm.py`; for GGUF llama.cpp, `src/models/stablelm.cpp`.
package struct StableLm: ModelFamily {
    package let ggufArchitectures = ["stablelm"]
    package let huggingFaceNames = ["StableLmForCausalLM", "stablelm"]

    package init() {}

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        // llama.cpp goes by the tensors: files of the 3B model have this key although its layers are not so.
        try metadata.refuse(except: ["use_parallel_residual"])
        let numbers = try metadata.decoderNumbers(epsilon: "attention.layer_norm_epsilon")
        guard metadata.hasTensor("blk.0.ffn_norm.weight") else {
            throw metadata.unsupported(
                "tensor blk.0.ffn_norm.weight is missing, as in models with use_parallel_residual, whose "
                    + "attention and MLP are side by side"
            )
        }
        guard !metadata.hasTensor("blk.0.attn_q_norm.weight") else {
            throw metadata.unsupported(
                "tensor blk.0.attn_q_norm.weight is there, as in models with qk_layernorm"
            )
        }
        try metadata.requireOwnHead()
        return describe(
            numbers,
            try metadata.partialRotation(numbers),
            hasBiases: metadata.hasTensor("blk.0.attn_q.bias")
        )
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "silu")
        try config.requireAbsent(["use_parallel_residual", "qk_layernorm", "tie_word_embeddings"])
        let numbers = try config.decoderNumbers(epsilon: "layer_norm_eps")
        return describe(
            numbers,
            try config.partialRotation(numbers, orMissing: 0.25),
            hasBiases: config.bool("use_qkv_bias") ?? false
        )
    }

    private func describe(
        _ numbers: ModelConfiguration,
        _ rotation: RotationDescription,
        hasBiases: Bool
    ) -> ModelDescription {
        var numbers = numbers
        numbers.adopt(rotation)
        let (width, share) = rotation.part(of: numbers)
        var model = ModelDescription.decoder(
            "stablelm",
            HuggingFaceIdentity(
                architecture: "StableLmForCausalLM",
                modelType: "stablelm",
                settings: [
                    "hidden_dropout": .number("0.0"), "partial_rotary_factor": share,
                    "qk_layernorm": .bool(false), "use_parallel_residual": .bool(false),
                    "use_qkv_bias": .bool(hasBiases),
                ]
            ),
            numbers,
            layers: (0..<numbers.layerCount).map { index in
                let names = LayerNames(index)
                let attention = names.attention(
                    numbers,
                    rotation: rotation,
                    biases: hasBiases ? [.query, .key, .value] : []
                )
                var layer = LayerDescription(
                    attentionNorm: names.attentionNorm,
                    mixer: .attention(attention),
                    mlpNorm: names.mlpNorm,
                    mlp: names.mlp()
                )
                layer.hasLayerNorms = true
                return layer
            },
            ggufSettings: [GGUFSetting("rope.dimension_count", .integer(width))]
        )
        model.hasFinalLayerNorm = true
        return model
    }
}

extension GGUFMetadata {
    /// Refuses files without an output projection of their own, where neither reference has other ones.
    func requireOwnHead() throws {
        guard hasTensor("output.weight") else {
            throw unsupported("tensor output.weight is missing, expected an output projection of its own")
        }
    }
}
