import Loop

/// EXAONE 4 without windows, as its 1.2B is: norms of what attention and MLP add, and of query and key heads.
///
/// Source: LG AI Research 2025, arXiv 2507.11407. Reference: transformers,
/// `models/exaone4/modeling_exaone4.py`; for GGUF llama.cpp, `src/models/exaone4.cpp`.
package struct Exaone4: ModelFamily {
    package let ggufArchitectures = ["exaone4"]
    package let huggingFaceNames = ["Exaone4ForCausalLM", "exaone4"]

    package init() {}

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        // Only the larger models have a window.
        try metadata.refuse(except: [])
        let numbers = try metadata.decoderNumbers()
        // llama.cpp tells the larger model by its layers, whatever the window's key says.
        guard numbers.layerCount != 64 else {
            throw metadata.unsupported("block_count", "64, the model with windows, which is not supported")
        }
        try metadata.requireWholeHeads(numbers)
        return describe(
            numbers,
            try metadata.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: false)
        )
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "silu")
        let numbers = try config.decoderNumbers()
        if let window = try config.window(orMissing: 4096) {
            throw config.unsupported("sliding_window is \(window), expected null")
        }
        if try config.slidingLayers(numbers.layerCount)?.contains(true) == true {
            throw config.unsupported("layer_types holds \"sliding_attention\"")
        }
        return describe(
            numbers,
            try config.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: false)
        )
    }

    private func describe(_ numbers: ModelConfiguration, _ rotation: RotationDescription) -> ModelDescription
    {
        var numbers = numbers
        numbers.adopt(rotation)
        let types = [JSONValue](repeating: .string("full_attention"), count: numbers.layerCount)
        return .decoder(
            "exaone4",
            HuggingFaceIdentity(
                architecture: "Exaone4ForCausalLM",
                modelType: "exaone4",
                settings: [
                    "layer_types": .array(types), "sliding_window": .null, "sliding_window_pattern": .null,
                ]
            ),
            numbers,
            layers: (0..<numbers.layerCount).map { index in
                let names = LayerNames(index)
                var attention = names.attention(numbers, rotation: rotation)
                (attention.queryNorm, attention.keyNorm) = (names.queryNorm, names.keyNorm)
                return LayerDescription(
                    attentionNorm: nil,
                    mixer: .attention(attention),
                    attentionPostNorm: names.attentionPostNorm,
                    mlpNorm: nil,
                    mlp: names.mlp(),
                    mlpPostNorm: names.mlpPostNorm
                )
            }
        )
    }
}
