import Loop

/// Granite 3: Llama's layers with factors on embedding, scores, what a layer adds, and logits.
///
/// Source: Granite Team 2024, github.com/ibm-granite/granite-3.0-language-models; the factors are muP's (Yang
/// and others 2022, arXiv 2203.03466). Reference: transformers, `models/granite/modeling_granite.py`; for
/// GGUF llama.cpp, `src/models/granite.cpp`.
package struct Granite: ModelFamily {
    package let ggufArchitectures = ["granite"]
    package let huggingFaceNames = ["GraniteForCausalLM", "granite"]

    package init() {}

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        // llama.cpp calls the dense kind of Granite 4 by this name, too.
        if GraniteHybrid.isMeant(by: metadata) { return try GraniteHybrid().describe(metadata) }
        try metadata.refuse(except: GraniteFactors.ggufKeys)
        // For llama.cpp false means no rotary positions at all.
        if metadata.isFalse("rope.scaling.finetuned") {
            throw metadata.unsupported("rope.scaling.finetuned", "false, expected it absent or true")
        }
        let numbers = try metadata.decoderNumbers()
        try metadata.requireWholeHeads(numbers)
        return try describe(
            numbers,
            metadata.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: true),
            GraniteFactors(metadata, headDimension: numbers.headDimension)
        )
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "silu")
        try config.requireAbsent(["attention_bias", "mlp_bias"])
        let numbers = try config.decoderNumbers()
        return try describe(
            numbers,
            config.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: true),
            GraniteFactors(config)
        )
    }

    private func describe(
        _ numbers: ModelConfiguration,
        _ rotation: RotationDescription,
        _ factors: GraniteFactors
    ) -> ModelDescription {
        var numbers = numbers
        numbers.adopt(rotation)
        var model = ModelDescription.decoder(
            "granite",
            HuggingFaceIdentity(
                architecture: "GraniteForCausalLM",
                modelType: "granite",
                settings: ["attention_bias": .bool(false), "mlp_bias": .bool(false)]
                    .merging(factors.huggingFaceSettings) { own, _ in own }
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
            ggufSettings: factors.ggufSettings
        )
        model.embeddingScale = factors.embedding
        model.logitScale = 1 / factors.logits
        return model
    }
}

/// The family's factors.
struct GraniteFactors {
    /// The keys of GGUF files that say them.
    static let ggufKeys: Set<String> = [
        "attention.scale", "embedding_scale", "logit_scale", "residual_scale",
    ]

    let embedding: Float
    let attention: Float
    let residual: Float
    /// What logits are divided by.
    let logits: Float

    /// Reads them from a GGUF file.
    init(_ metadata: GGUFMetadata, headDimension: Int) throws {
        embedding = try metadata.factor("embedding_scale", orMissing: 1)
        attention = try metadata.factor(
            "attention.scale",
            orMissing: 1 / Double(headDimension).squareRoot()
        )
        residual = try metadata.factor("residual_scale", orMissing: 1)
        logits = try metadata.factor("logit_scale", orMissing: 1)
    }

    /// Reads them from config.json.
    init(_ config: HuggingFaceConfiguration) throws {
        embedding = try config.factor("embedding_multiplier", orNull: 1)
        attention = try config.factor("attention_multiplier", orNull: 1)
        residual = try config.factor("residual_multiplier", orNull: 1)
        logits = try config.factor("logits_scaling", orNull: 1)
    }

    /// What an export's config.json says of them.
    var huggingFaceSettings: [String: JSONValue] {
        [
            "attention_multiplier": .number("\(attention)"),
            "embedding_multiplier": .number("\(embedding)"),
            "logits_scaling": .number("\(logits)"),
            "residual_multiplier": .number("\(residual)"),
        ]
    }

    /// What a GGUF file says of them.
    var ggufSettings: [GGUFSetting] {
        [
            GGUFSetting("attention.scale", .number(attention)),
            GGUFSetting("embedding_scale", .number(embedding)),
            GGUFSetting("logit_scale", .number(logits)),
            GGUFSetting("residual_scale", .number(residual)),
        ]
    }
}
