import Loop

/// Phi-1, Phi-1.5 and Phi-2: attention and an MLP without a gate side by side, both on one LayerNorm, with
/// biases on every linear layer, the last one included, and heads rotated in part.
///
/// GGUF files of 2023 keep query, key and value in one tensor; newer ones keep them apart, as Hugging Face
/// files do.
///
/// Sources: Li and others 2023, arXiv 2309.05463; Javaheripi and others 2023, "Phi-2: the surprising power of
/// small language models". Reference: transformers, `models/phi/modeling_phi.py`; for GGUF llama.cpp,
/// `src/models/phi2.cpp`.
package struct Phi: ModelFamily {
    package let ggufArchitectures = ["phi2"]
    package let huggingFaceNames = ["PhiForCausalLM", "phi"]

    package init() {}

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        try metadata.refuse(except: [])
        try metadata.requireOwnHead()
        let numbers = try metadata.decoderNumbers(epsilon: "attention.layer_norm_epsilon")
        return describe(
            numbers,
            try metadata.partialRotation(numbers),
            isJoined: metadata.hasTensor("blk.0.attn_qkv.weight")
        )
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "gelu_new")
        try config.requireAbsent(["qk_layernorm", "tie_word_embeddings"])
        let numbers = try config.decoderNumbers(epsilon: "layer_norm_eps")
        return describe(numbers, try config.partialRotation(numbers, orMissing: 0.5), isJoined: false)
    }

    private func describe(
        _ numbers: ModelConfiguration,
        _ rotation: RotationDescription,
        isJoined: Bool
    ) -> ModelDescription {
        var numbers = numbers
        numbers.adopt(rotation)
        let (width, share) = rotation.part(of: numbers)
        var model = ModelDescription.decoder(
            "phi2",
            HuggingFaceIdentity(
                architecture: "PhiForCausalLM",
                modelType: "phi",
                settings: [
                    "embd_pdrop": .number("0.0"), "hidden_act": .string("gelu_new"),
                    "partial_rotary_factor": share, "qk_layernorm": .bool(false),
                    "resid_pdrop": .number("0.0"),
                ]
            ),
            numbers,
            layers: (0..<numbers.layerCount).map { layer($0, numbers, rotation, isJoined: isJoined) },
            ggufSettings: [GGUFSetting("rope.dimension_count", .integer(width))]
        )
        model.finalNorm.huggingFace = "model.final_layernorm"
        model.hasFinalLayerNorm = true
        model.headHasBias = true
        return model
    }

    private func layer(
        _ index: Int,
        _ numbers: ModelConfiguration,
        _ rotation: RotationDescription,
        isJoined: Bool
    ) -> LayerDescription {
        let names = LayerNames(index)
        func linear(_ gguf: String, _ huggingFace: String) -> LinearDescription {
            LinearDescription(names.name(gguf, huggingFace), hasBias: true)
        }
        var attention = names.attention(numbers, rotation: rotation, biases: [.query, .key, .value])
        attention.output = linear("attn_output", "self_attn.dense")
        if isJoined {
            func join(_ linear: inout LinearDescription, first: Int) {
                linear.name.gguf = names.name("attn_qkv", "").gguf
                let total = numbers.queryKeyValueWidth
                linear.part = TensorPart(first: first, total: total, isAloneInHuggingFace: true)
            }
            join(&attention.query, first: 0)
            join(&attention.key, first: numbers.queryWidth)
            join(&attention.value, first: numbers.queryWidth + numbers.keyValueWidth)
        }
        var layer = LayerDescription(
            attentionNorm: names.attentionNorm,
            mixer: .attention(attention),
            mlpNorm: nil,
            mlp: GatedMLPDescription(
                gate: nil,
                up: linear("ffn_up", "mlp.fc1"),
                down: linear("ffn_down", "mlp.fc2"),
                activation: .geluTanh
            )
        )
        layer.hasLayerNorms = true
        layer.isParallel = true
        return layer
    }
}
