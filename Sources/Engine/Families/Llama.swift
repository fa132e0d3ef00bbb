/// Llama and Mistral: RMS norm before attention and before the MLP, grouped queries, rotary
/// positions, a gated MLP with SiLU, no biases; Mistral's first version has a window of attention.
///
/// Sources: Touvron and others 2023, arXiv 2302.13971; Llama Team 2024, arXiv 2407.21783; Jiang and others
/// 2023, arXiv 2310.06825. Reference: transformers, `models/llama/modeling_llama.py`; for GGUF llama.cpp,
/// `src/models/llama.cpp`.
package struct Llama: ModelFamily {
    package let ggufArchitectures = ["llama"]
    package let huggingFaceNames = ["LlamaForCausalLM", "MistralForCausalLM", "llama", "mistral"]

    package init() {}

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        try metadata.refuse(except: ["attention.sliding_window"])
        var numbers = try metadata.decoderNumbers()
        try metadata.requireWholeHeads(numbers)
        let rotation = try metadata.rotation(
            headDimension: numbers.headDimension,
            isInterleavedInGGUF: true
        )
        numbers.adopt(rotation)
        let window = try metadata.optionalInteger("attention.sliding_window") ?? 0
        return describe(numbers, rotation: rotation, window: window > 0 ? window : nil)
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "silu")
        try config.requireAbsent(["attention_bias", "mlp_bias"])
        var numbers = try config.decoderNumbers()
        let rotation = try config.rotation(
            headDimension: numbers.headDimension,
            isInterleavedInGGUF: true
        )
        numbers.adopt(rotation)
        // Only Mistral's class reads the window, and it takes 4096 where the key is missing.
        let isMistral = ["MistralForCausalLM", "mistral"].contains(config.architecture)
        guard isMistral else { return describe(numbers, rotation: rotation) }
        return describe(numbers, rotation: rotation, window: try config.window(orMissing: 4096))
    }

    /// A model of a given size.
    ///
    /// - Parameters:
    ///   - numbers: Its size; checked.
    ///   - rotation: Its rotary positions; nil for plain ones.
    ///   - window: How many positions a token sees; nil for all, as Llama does.
    /// - Returns: The model.
    package func describe(
        _ numbers: ModelConfiguration,
        rotation: RotationDescription? = nil,
        window: Int? = nil
    ) -> ModelDescription {
        let rotation = rotation ?? RotationDescription(base: numbers.ropeTheta, isInterleavedInGGUF: true)
        let identity =
            if let window {
                HuggingFaceIdentity(
                    architecture: "MistralForCausalLM",
                    modelType: "mistral",
                    settings: ["sliding_window": .integer(window)]
                )
            } else {
                HuggingFaceIdentity(
                    architecture: "LlamaForCausalLM",
                    modelType: "llama",
                    settings: ["attention_bias": .bool(false), "mlp_bias": .bool(false)]
                )
            }
        return .decoder(
            "llama",
            identity,
            numbers,
            layers: (0..<numbers.layerCount).map { index in
                let names = LayerNames(index)
                return LayerDescription(
                    attentionNorm: names.attentionNorm,
                    mixer: .attention(names.attention(numbers, rotation: rotation, window: window)),
                    mlpNorm: names.mlpNorm,
                    mlp: names.mlp()
                )
            },
            ggufSettings: window.map { [GGUFSetting("attention.sliding_window", .integer($0))] } ?? []
        )
    }
}
