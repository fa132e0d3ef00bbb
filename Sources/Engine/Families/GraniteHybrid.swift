import Loop

/// Granite 4.0 of the dense kind (350M, 1B, micro): Granite's layers and factors, with gate and up in one
/// tensor of Hugging Face files; rotary positions or none.
///
/// Its class is that of the hybrids, whose other layers are Mamba 2 and whose MLPs are experts; both are
/// refused. What is left of their MLP is the one that all experts share.
///
/// Source: Granite Team 2025, github.com/ibm-granite/granite-4.0-language-models. Reference: transformers,
/// `models/granitemoehybrid/modeling_granitemoehybrid.py`; for GGUF llama.cpp, `conversion/granite.py`, which
/// calls a model without Mamba layers `granite` and leaves the keys of those layers in it.
package struct GraniteHybrid: ModelFamily {
    package let ggufArchitectures = ["granitehybrid"]
    package let huggingFaceNames = ["GraniteMoeHybridForCausalLM", "granitemoehybrid"]

    package init() {}

    /// Whether a GGUF file of architecture `granite` was made of this class.
    static func isMeant(by metadata: GGUFMetadata) -> Bool { metadata.hasKey("ssm.conv_kernel") }

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        try metadata.refuse(except: GraniteFactors.ggufKeys)
        if let counts = try metadata.keyValueHeadCounts(), let layer = counts.firstIndex(of: 0) {
            throw metadata.unsupported(
                "attention.head_count_kv",
                "0 for layer \(layer), which is a Mamba layer; only attention is supported"
            )
        }
        let numbers = try metadata.decoderNumbers()
        try metadata.requireWholeHeads(numbers)
        let isRotated = !metadata.isFalse("rope.scaling.finetuned")
        return try describe(
            numbers,
            isRotated
                ? metadata.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: true) : nil,
            GraniteFactors(metadata, headDimension: numbers.headDimension)
        )
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "silu")
        try config.requireAbsent(["attention_bias", "mlp_bias"])
        let expertCount = try config.integer("num_local_experts", orNull: 8)
        guard expertCount == 0 else {
            throw config.unsupported(
                "num_local_experts is \(expertCount), expected 0: mixtures of experts are not supported"
            )
        }
        var numbers = try config.decoderNumbers()
        numbers.intermediateSize = try config.positive("shared_intermediate_size", orNull: 1024)
        numbers = try config.checked(numbers)
        try requireAttention(config, layerCount: numbers.layerCount)
        return try describe(
            numbers,
            isRotated(config)
                ? config.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: true) : nil,
            GraniteFactors(config)
        )
    }

    /// Refuses layers of another kind; without a list the reference makes all of them Mamba.
    private func requireAttention(_ config: HuggingFaceConfiguration, layerCount: Int) throws {
        let types = (config.config["layer_types"] ?? config.config["layers_block_type"])?.array ?? []
        for (layer, type) in types.enumerated() {
            guard let name = type.string, ["attention", "full_attention"].contains(name) else {
                let found = String(decoding: type.encoded().prefix(80), as: UTF8.self)
                throw config.unsupported(
                    "layer_types holds \(found) for layer \(layer), expected \"attention\": Mamba layers are "
                        + "not supported"
                )
            }
        }
        guard types.count == layerCount else {
            throw config.unsupported(
                "layer_types has \(types.count) entries for \(layerCount) layers, and one without is Mamba"
            )
        }
    }

    private func isRotated(_ config: HuggingFaceConfiguration) throws -> Bool {
        let key = "position_embedding_type"
        guard let value = config.config[key], value != .null else { return false }
        switch value.string {
        case "rope": return true
        case "nope": return false
        default:
            let found = String(decoding: value.encoded().prefix(80), as: UTF8.self)
            throw config.unsupported("\(key) is \(found), expected \"rope\" or \"nope\"")
        }
    }

    private func describe(
        _ numbers: ModelConfiguration,
        _ rotation: RotationDescription?,
        _ factors: GraniteFactors
    ) -> ModelDescription {
        var numbers = numbers
        if let rotation { numbers.adopt(rotation) }
        // What the class says of Mamba layers must fit together even where there are none.
        let inner = 2 * numbers.hiddenSize
        let settings: [String: JSONValue] = [
            "attention_bias": .bool(false), "mamba_d_conv": .integer(4), "mamba_d_head": .integer(inner),
            "mamba_d_state": .integer(256), "mamba_expand": .integer(2), "mamba_n_groups": .integer(1),
            "mamba_n_heads": .integer(1), "num_experts_per_tok": .integer(0),
            "num_local_experts": .integer(0),
            "layer_types": .array(Array(repeating: .string("attention"), count: numbers.layerCount)),
            "position_embedding_type": .string(rotation == nil ? "nope" : "rope"),
            "shared_intermediate_size": .integer(numbers.intermediateSize),
        ]
        var model = ModelDescription.decoder(
            "granite",
            HuggingFaceIdentity(
                architecture: "GraniteMoeHybridForCausalLM",
                modelType: "granitemoehybrid",
                settings: settings.merging(factors.huggingFaceSettings) { own, _ in own }
            ),
            numbers,
            layers: (0..<numbers.layerCount).map { layer($0, numbers, rotation, factors) },
            ggufSettings: factors.ggufSettings + [
                GGUFSetting("expert_shared_feed_forward_length", .integer(numbers.intermediateSize)),
                GGUFSetting("rope.scaling.finetuned", .flag(rotation != nil)),
                GGUFSetting("ssm.conv_kernel", .integer(4)), GGUFSetting("ssm.group_count", .integer(1)),
                GGUFSetting("ssm.inner_size", .integer(inner)), GGUFSetting("ssm.state_size", .integer(256)),
                GGUFSetting("ssm.time_step_rank", .integer(1)),
            ]
        )
        model.embeddingScale = factors.embedding
        model.logitScale = 1 / factors.logits
        return model
    }

    private func layer(
        _ index: Int,
        _ n: ModelConfiguration,
        _ rotation: RotationDescription?,
        _ factors: GraniteFactors
    ) -> LayerDescription {
        let names = LayerNames(index)
        var attention = names.attention(n, rotation: rotation)
        attention.scale = factors.attention
        // llama.cpp's converter turns the rows of layers without rotation, too.
        attention.isInterleavedInGGUF = true
        func part(_ gguf: String, _ first: Int) -> LinearDescription {
            LinearDescription(
                names.name(gguf, "shared_mlp.input_linear"),
                part: TensorPart(first: first, total: 2 * n.intermediateSize, isAloneInGGUF: true)
            )
        }
        return LayerDescription(
            attentionNorm: names.attentionNorm,
            mixer: .attention(attention),
            mlpNorm: names.mlpNorm,
            mlp: GatedMLPDescription(
                gate: part("ffn_gate", 0),
                up: part("ffn_up", n.intermediateSize),
                down: LinearDescription(names.name("ffn_down", "shared_mlp.output_linear")),
                activation: .silu
            ),
            residualScale: factors.residual
        )
    }
}
