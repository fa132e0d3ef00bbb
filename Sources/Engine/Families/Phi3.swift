import Loop

/// Phi-3, 3.5 and 4 mini: Llama's layers, with query, key and value in one tensor of the files, and gate and
/// up in another; heads may be rotated in part.
///
/// Here they are the usual seven linear layers, each with LoRA of its own. In an adapter's files LoRA of rank
/// R on query, key and value is one LoRA of rank 3R on `qkv_proj`, which is the same: the three A lie one
/// below the other, the three B on the diagonal of blocks. So it is for `gate_up_proj`, of rank 2R.
///
/// Source: Abdin and others 2024, arXiv 2404.14219; Microsoft 2025, arXiv 2503.01743. Reference:
/// transformers, `models/phi3/modeling_phi3.py`; for GGUF llama.cpp, `src/models/phi3.cpp`.
package struct Phi3: ModelFamily {
    package let ggufArchitectures = ["phi3"]
    package let huggingFaceNames = ["Phi3ForCausalLM", "phi3"]

    package init() {}

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        try metadata.refuse(except: ["attention.sliding_window"])
        let numbers = try metadata.decoderNumbers()
        let window = try metadata.optionalInteger("attention.sliding_window") ?? 0
        return describe(
            numbers,
            try metadata.partialRotation(numbers),
            window: window > 0 ? window : nil
        )
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "silu")
        try config.requireAbsent(["attention_bias", "lm_head_bias", "mlp_bias"])
        let numbers = try config.decoderNumbers()
        return describe(
            numbers,
            try config.partialRotation(numbers, orMissing: 1),
            window: try config.window(orMissing: nil)
        )
    }

    private func describe(
        _ numbers: ModelConfiguration,
        _ rotation: RotationDescription,
        window: Int?
    ) -> ModelDescription {
        var numbers = numbers
        numbers.adopt(rotation)
        let (width, share) = rotation.part(of: numbers)
        return .decoder(
            "phi3",
            HuggingFaceIdentity(
                architecture: "Phi3ForCausalLM",
                modelType: "phi3",
                settings: [
                    "attention_bias": .bool(false), "embd_pdrop": .number("0.0"), "pad_token_id": .null,
                    "partial_rotary_factor": share, "resid_pdrop": .number("0.0"),
                    "sliding_window": window.map { .integer($0) } ?? .null,
                ]
            ),
            numbers,
            layers: (0..<numbers.layerCount).map { layer($0, numbers, rotation, window) },
            ggufSettings: [
                GGUFSetting("attention.sliding_window", .integer(window ?? 0)),
                GGUFSetting("rope.dimension_count", .integer(width)),
            ]
        )
    }

    private func layer(
        _ index: Int,
        _ n: ModelConfiguration,
        _ rotation: RotationDescription,
        _ window: Int?
    ) -> LayerDescription {
        let names = LayerNames(index)
        let (together, both) = (
            names.name("attn_qkv", "self_attn.qkv_proj"), names.name("ffn_up", "mlp.gate_up_proj")
        )
        var attention = names.attention(n, rotation: rotation, window: window)
        func part(_ first: Int) -> LinearDescription {
            LinearDescription(together, part: TensorPart(first: first, total: n.queryKeyValueWidth))
        }
        attention.query = part(0)
        attention.key = part(n.queryWidth)
        attention.value = part(n.queryWidth + n.keyValueWidth)
        var mlp = names.mlp()
        let size = n.intermediateSize
        mlp.gate = LinearDescription(both, part: TensorPart(first: 0, total: 2 * size))
        mlp.up = LinearDescription(both, part: TensorPart(first: size, total: 2 * size))
        return LayerDescription(
            attentionNorm: names.attentionNorm,
            mixer: .attention(attention),
            mlpNorm: names.mlpNorm,
            mlp: mlp
        )
    }
}
