import Loop

/// Granite 3: Llama's layers with factors on embedding, scores, what a layer adds, and logits.
///
/// Source: Granite Team 2024, github.com/ibm-granite/granite-3.0-language-models; the factors are muP's (Yang
/// and others 2022, arXiv 2203.03466). Reference: transformers, `models/granite/modeling_granite.py`; for
/// GGUF llama.cpp, `src/models/granite.cpp`.
package struct Granite: ModelFamily {
    package let ggufArchitectures = ["granite"]
    package let huggingFaceNames = ["GraniteForCausalLM", "granite"]

    /// The family's factors.
    private struct Factors {
        var embedding: Float
        var attention: Float
        var residual: Float
        /// What logits are divided by.
        var logits: Float
    }

    package init() {}

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        try metadata.refuse(except: ["attention.scale", "embedding_scale", "logit_scale", "residual_scale"])
        // For llama.cpp false means no rotary positions at all.
        if metadata.isFalse("rope.scaling.finetuned") {
            throw metadata.unsupported("rope.scaling.finetuned", "false, expected it absent or true")
        }
        let numbers = try metadata.decoderNumbers()
        try metadata.requireWholeHeads(numbers)
        return describe(
            numbers,
            try metadata.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: true),
            Factors(
                embedding: try metadata.factor("embedding_scale", orMissing: 1),
                attention: try metadata.factor(
                    "attention.scale",
                    orMissing: 1 / Double(numbers.headDimension).squareRoot()
                ),
                residual: try metadata.factor("residual_scale", orMissing: 1),
                logits: try metadata.factor("logit_scale", orMissing: 1)
            )
        )
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "silu")
        try config.requireAbsent(["attention_bias", "mlp_bias"])
        let numbers = try config.decoderNumbers()
        return describe(
            numbers,
            try config.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: true),
            Factors(
                embedding: try config.factor("embedding_multiplier", orNull: 1),
                attention: try config.factor("attention_multiplier", orNull: 1),
                residual: try config.factor("residual_multiplier", orNull: 1),
                logits: try config.factor("logits_scaling", orNull: 1)
            )
        )
    }

    private func describe(
        _ numbers: ModelConfiguration,
        _ rotation: RotationDescription,
        _ factors: Factors
    ) -> ModelDescription {
        func number(_ value: Float) -> JSONValue { .number("\(value)") }
        var numbers = numbers
        numbers.adopt(rotation)
        var model = ModelDescription.decoder(
            "granite",
            HuggingFaceIdentity(
                architecture: "GraniteForCausalLM",
                modelType: "granite",
                settings: [
                    "attention_bias": .bool(false), "mlp_bias": .bool(false),
                    "attention_multiplier": number(factors.attention),
                    "embedding_multiplier": number(factors.embedding),
                    "logits_scaling": number(factors.logits),
                    "residual_multiplier": number(factors.residual),
                ]
            ),
            numbers,
            layers: (0..<numbers.layerCount).map { index in
                let names = LayerNames(index)
                var attention = names.attention(numbers, rotation: rotation)
                attention.scale = factors.attention
                return LayerDescription(
                    attentionNorm: names.attentionNorm,
                    mixer: .attention(attention),
                    mlpNorm: names.mlpNorm,
                    mlp: names.mlp(),
                    residualScale: factors.residual
                )
            },
            ggufSettings: [
                GGUFSetting("attention.scale", .number(factors.attention)),
                GGUFSetting("embedding_scale", .number(factors.embedding)),
                GGUFSetting("logit_scale", .number(factors.logits)),
                GGUFSetting("residual_scale", .number(factors.residual)),
            ]
        )
        model.embeddingScale = factors.embedding
        model.logitScale = 1 / factors.logits
        return model
    }
}
