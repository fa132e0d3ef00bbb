import Loop

/// SmolLM3: Llama's layers, every fourth without rotary positions (Yang and others 2025, arXiv 2501.18795).
///
/// Source: Bakouch and others 2025, huggingface.co/blog/smollm3. Reference: transformers,
/// `models/smollm3/modeling_smollm3.py`; for GGUF llama.cpp, `src/models/smollm3.cpp`, which knows one
/// pattern.
package struct SmolLM3: ModelFamily {
    package let ggufArchitectures = ["smollm3"]
    package let huggingFaceNames = ["SmolLM3ForCausalLM", "smollm3"]

    package init() {}

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        try metadata.refuse(except: [])
        let numbers = try metadata.decoderNumbers()
        try metadata.requireWholeHeads(numbers)
        return describe(
            numbers,
            Self.usual(numbers.layerCount),
            try metadata.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: true)
        )
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "silu")
        try config.requireAbsent(["attention_bias", "mlp_bias", "use_sliding_window"])
        let numbers = try config.decoderNumbers(tiesByDefault: true, base: 2_000_000)
        if try config.slidingLayers(numbers.layerCount)?.contains(true) == true {
            throw config.unsupported("layer_types holds \"sliding_attention\"")
        }
        let interval = try config.positive("no_rope_layer_interval", orNull: 4)
        let rotated =
            config.config["no_rope_layers"]?.array.map { $0.map { $0.integer != 0 && $0.bool != false } }
            ?? (0..<numbers.layerCount).map { ($0 + 1) % interval != 0 }
        guard rotated.count == numbers.layerCount else {
            throw config.malformed("no_rope_layers has \(rotated.count) entries")
        }
        return describe(
            numbers,
            rotated,
            try config.rotation(
                headDimension: numbers.headDimension,
                base: 2_000_000,
                isInterleavedInGGUF: true
            )
        )
    }

    /// All layers but every fourth.
    private static func usual(_ layerCount: Int) -> [Bool] { (0..<layerCount).map { ($0 + 1) % 4 != 0 } }

    private func describe(
        _ numbers: ModelConfiguration,
        _ rotated: [Bool],
        _ rotation: RotationDescription
    ) -> ModelDescription {
        var numbers = numbers
        numbers.adopt(rotation)
        var model = ModelDescription.decoder(
            "smollm3",
            HuggingFaceIdentity(
                architecture: "SmolLM3ForCausalLM",
                modelType: "smollm3",
                settings: [
                    "attention_bias": .bool(false), "mlp_bias": .bool(false),
                    "no_rope_layer_interval": .integer(4), "pad_token_id": .null,
                    "no_rope_layers": .array(rotated.map { .integer($0 ? 1 : 0) }),
                    "use_sliding_window": .bool(false),
                ]
            ),
            numbers,
            layers: (0..<numbers.layerCount).map { index in
                let names = LayerNames(index)
                var attention = names.attention(numbers, rotation: rotated[index] ? rotation : nil)
                // llama.cpp's converter turns the rows of layers without rotation, too.
                attention.isInterleavedInGGUF = true
                return LayerDescription(
                    attentionNorm: names.attentionNorm,
                    mixer: .attention(attention),
                    mlpNorm: names.mlpNorm,
                    mlp: names.mlp()
                )
            }
        )
        if rotated != Self.usual(numbers.layerCount) {
            model.ggufObstacle = "other layers than every fourth are not rotated"
        }
        return model
    }
}
