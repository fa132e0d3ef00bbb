import Loop

/// Qwen2 and Qwen2.5: Llama's layers with biases on query, key and value.
///
/// Qwen3 has none, and an RMS norm of each query and key head instead.
///
/// Sources: Yang and others 2024, arXiv 2407.10671 and 2412.15115; Qwen Team 2025, arXiv 2505.09388.
/// Reference: transformers, `models/qwen2/modeling_qwen2.py` and `models/qwen3/modeling_qwen3.py`; for GGUF
/// llama.cpp, `src/models/qwen2.cpp` and `src/models/qwen3.cpp`.
package struct Qwen: ModelFamily {
    package let ggufArchitectures: [String]
    package let huggingFaceNames: [String]
    private let isThird: Bool

    /// Qwen2 or Qwen3.
    package init(isThird: Bool) {
        self.isThird = isThird
        ggufArchitectures = [isThird ? "qwen3" : "qwen2"]
        huggingFaceNames = isThird ? ["Qwen3ForCausalLM", "qwen3"] : ["Qwen2ForCausalLM", "qwen2"]
    }

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        try metadata.refuse(except: [])
        let numbers = try metadata.decoderNumbers()
        try metadata.requireWholeHeads(numbers)
        return describe(
            numbers,
            try metadata.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: false)
        )
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "silu")
        try config.requireAbsent(["use_sliding_window"] + (isThird ? ["attention_bias"] : []))
        let numbers = try config.decoderNumbers(headDimension: isThird ? 128 : nil)
        if try config.slidingLayers(numbers.layerCount)?.contains(true) == true,
            try config.window(orMissing: 4096) != nil
        {
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
        return .decoder(
            ggufArchitectures[0],
            HuggingFaceIdentity(
                architecture: huggingFaceNames[0],
                modelType: huggingFaceNames[1],
                settings: ["use_sliding_window": .bool(false), "sliding_window": .null]
                    .merging(isThird ? ["attention_bias": .bool(false)] : [:]) { own, _ in own }
            ),
            numbers,
            layers: (0..<numbers.layerCount).map { index in
                let names = LayerNames(index)
                var attention = names.attention(
                    numbers,
                    rotation: rotation,
                    biases: isThird ? [] : [.query, .key, .value]
                )
                if isThird { (attention.queryNorm, attention.keyNorm) = (names.queryNorm, names.keyNorm) }
                return LayerDescription(
                    attentionNorm: names.attentionNorm,
                    mixer: .attention(attention),
                    mlpNorm: names.mlpNorm,
                    mlp: names.mlp()
                )
            }
        )
    }
}
