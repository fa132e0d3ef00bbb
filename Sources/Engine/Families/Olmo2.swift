import Loop

/// OLMo 2: norms of what attention and MLP add instead of before them, and of all query and all key heads
/// together.
///
/// Source: OLMo Team 2024, arXiv 2501.00656. Reference: transformers, `models/olmo2/modeling_olmo2.py`; for
/// GGUF llama.cpp, `src/models/olmo2.cpp`.
package struct Olmo2: ModelFamily {
    package let ggufArchitectures = ["olmo2"]
    package let huggingFaceNames = ["Olmo2ForCausalLM", "olmo2"]

    package init() {}

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
        try config.requireAbsent(["attention_bias"])
        let numbers = try config.decoderNumbers()
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
            "olmo2",
            HuggingFaceIdentity(
                architecture: "Olmo2ForCausalLM",
                modelType: "olmo2",
                settings: ["attention_bias": .bool(false)]
            ),
            numbers,
            layers: (0..<numbers.layerCount).map { index in
                let names = LayerNames(index)
                var attention = names.attention(numbers, rotation: rotation)
                (attention.queryNorm, attention.keyNorm) = (names.queryNorm, names.keyNorm)
                attention.isNormPerHead = false
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
