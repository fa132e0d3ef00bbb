import Loop

/// MiniCPM 1B and 2B, and MiniCPM 4 0.5B: Llama's layers with factors on embedding, what a layer adds, and
/// logits.
///
/// Source: Hu and others 2024, arXiv 2404.06395, section 3 and table 7 (`scale_emb`, `scale_depth`,
/// `dim_model_base`). transformers has no class of it; its MiniCPM3 computes the same factors
/// (`models/minicpm3/modeling_minicpm3.py`). Reference for the rest: llama.cpp, `src/models/minicpm.cpp`.
package struct MiniCPM: ModelFamily {
    package let ggufArchitectures = ["minicpm"]
    package let huggingFaceNames = ["MiniCPMForCausalLM", "minicpm"]

    /// The family's factors.
    private struct Factors {
        /// On the embedding.
        var embedding: Float
        /// What a layer adds is multiplied by this over √layers.
        var depth: Double
        /// Logits are divided by the hidden size over this.
        var width: Double
    }

    package init() {}

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        let keys = ["embedding_scale", "logit_scale", "residual_scale"]
        try metadata.refuse(except: Set(keys))
        // Files of 2024 lack them, and what llama.cpp then divides logits by is the inverse of what it was.
        for key in keys where try metadata.optionalDouble(key) == nil {
            throw metadata.unsupported(
                key,
                "missing, which programs read in different ways; convert the model again with a newer "
                    + "llama.cpp"
            )
        }
        let numbers = try metadata.decoderNumbers()
        try metadata.requireWholeHeads(numbers)
        let root = Double(numbers.layerCount).squareRoot()
        let residual = try metadata.factor("residual_scale", orMissing: 1)
        let logits = try metadata.factor("logit_scale", orMissing: 1)
        let hidden = Double(numbers.hiddenSize)
        return describe(
            numbers,
            try metadata.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: true),
            Factors(
                embedding: try metadata.factor("embedding_scale", orMissing: 1),
                depth: Self.shortest(Double(residual) * root) { Float($0 / root) == residual },
                width: Self.shortest(hidden / Double(logits)) { Float(hidden / $0) == logits }
            )
        )
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "silu")
        try config.requireAbsent(["attention_bias", "mlp_bias", "num_experts", "sparse_config"])
        let numbers = try config.decoderNumbers(tiesByDefault: true)
        // The class's own defaults, 1, fit no published model.
        for key in ["scale_emb", "scale_depth", "dim_model_base"] { _ = try config.double(key) }
        return describe(
            numbers,
            try config.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: true),
            Factors(
                embedding: try config.factor("scale_emb", orNull: 1),
                depth: try Self.positive(config, "scale_depth"),
                width: try Self.positive(config, "dim_model_base")
            )
        )
    }

    private static func positive(_ config: HuggingFaceConfiguration, _ key: String) throws -> Double {
        _ = try config.factor(key, orNull: 1)
        return try config.double(key)
    }

    /// The number with the fewest decimals that gives what a file says; the number itself if none does.
    private static func shortest(_ value: Double, _ isRight: (Double) -> Bool) -> Double {
        var power = 1.0
        for _ in 0...7 {
            let rounded = (value * power).rounded() / power
            if rounded > 0, isRight(rounded) { return rounded }
            power *= 10
        }
        return value
    }

    private func describe(
        _ numbers: ModelConfiguration,
        _ rotation: RotationDescription,
        _ factors: Factors
    ) -> ModelDescription {
        func number(_ value: Double) -> JSONValue {
            Int(exactly: value).map { .integer($0) } ?? .number("\(value)")
        }
        var numbers = numbers
        numbers.adopt(rotation)
        let residual = Float(factors.depth / Double(numbers.layerCount).squareRoot())
        let logits = Float(Double(numbers.hiddenSize) / factors.width)
        var model = ModelDescription.decoder(
            "minicpm",
            HuggingFaceIdentity(
                architecture: "MiniCPMForCausalLM",
                modelType: "minicpm",
                settings: [
                    "attention_bias": .bool(false), "dim_model_base": number(factors.width),
                    "scale_depth": number(factors.depth),
                    "scale_emb": Int(exactly: factors.embedding).map { .integer($0) }
                        ?? .number("\(factors.embedding)"),
                ]
            ),
            numbers,
            layers: (0..<numbers.layerCount).map { index in
                let names = LayerNames(index)
                return LayerDescription(
                    attentionNorm: names.attentionNorm,
                    mixer: .attention(names.attention(numbers, rotation: rotation)),
                    mlpNorm: names.mlpNorm,
                    mlp: names.mlp(),
                    residualScale: residual
                )
            },
            ggufSettings: [
                GGUFSetting("embedding_scale", .number(factors.embedding)),
                GGUFSetting("logit_scale", .number(logits)),
                GGUFSetting("residual_scale", .number(residual)),
            ]
        )
        model.embeddingScale = factors.embedding
        model.logitScale = 1 / logits
        return model
    }
}
