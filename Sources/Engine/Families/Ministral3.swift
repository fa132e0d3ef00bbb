import Loop

/// Ministral 3, its text part: Llama's layers with yarn, and queries that grow behind the first context.
///
/// Source: Mistral AI 2025, huggingface.co/mistralai/Ministral-3-3B-Base-2512. Reference: transformers,
/// `models/ministral3/modeling_ministral3.py`; for GGUF llama.cpp, `src/models/mistral3.cpp`, whose name
/// covers Mistral Small 3 as well, which has neither.
package struct Ministral3: ModelFamily {
    package let ggufArchitectures = ["mistral3"]
    package let huggingFaceNames = ["Ministral3ForCausalLM", "ministral3"]

    private static let slope = "llama_4_scaling_beta"

    package init() {}

    package func describe(_ metadata: GGUFMetadata) throws -> ModelDescription {
        try metadata.refuse(except: ["attention.temperature_scale"])
        let numbers = try metadata.decoderNumbers()
        try metadata.requireWholeHeads(numbers)
        let rotation = try metadata.rotation(
            headDimension: numbers.headDimension,
            isInterleavedInGGUF: true
        )
        let slope = try metadata.factor("attention.temperature_scale", orMissing: 0)
        guard slope != 0 else { return describe(numbers, rotation, nil) }
        guard case .yarn(let yarn) = rotation.scaling, yarn.originalContext > 0 else {
            throw metadata.unsupported(
                "attention.temperature_scale",
                "\(slope) without yarn and its rope.scaling.original_context_length"
            )
        }
        return describe(
            numbers,
            rotation,
            AttentionTemperature(slope: slope, context: yarn.originalContext)
        )
    }

    package func describe(_ config: HuggingFaceConfiguration) throws -> ModelDescription {
        try config.require("hidden_act", "silu")
        try config.requireAbsent(["attention_bias", "mlp_bias", "sliding_window"])
        let numbers = try config.decoderNumbers(base: 1_000_000)
        try config.requireOneRotation(base: 1_000_000)
        guard let parameters = config.config["rope_parameters"]?.object,
            let slope = parameters.first(where: { $0.key == Self.slope })?.value.double, slope > 0,
            slope < 1e20
        else { throw config.malformed("rope_parameters.\(Self.slope) is not a positive number") }
        let rotation = try config.rotation(
            headDimension: numbers.headDimension,
            base: 1_000_000,
            isInterleavedInGGUF: true,
            parameters: .object(parameters.filter { $0.key != Self.slope })
        )
        guard case .yarn(let yarn) = rotation.scaling else {
            throw config.unsupported("rope_parameters has another type than yarn")
        }
        return describe(
            numbers,
            rotation,
            AttentionTemperature(slope: Float(slope), context: yarn.originalContext)
        )
    }

    private func describe(
        _ numbers: ModelConfiguration,
        _ rotation: RotationDescription,
        _ temperature: AttentionTemperature?
    ) -> ModelDescription {
        var numbers = numbers
        numbers.adopt(rotation)
        let own = temperature.map { settings(rotation, $0) }
        return .decoder(
            "mistral3",
            HuggingFaceIdentity(
                architecture: own == nil ? "MistralForCausalLM" : "Ministral3ForCausalLM",
                modelType: own == nil ? "mistral" : "ministral3",
                settings: ["sliding_window": .null].merging(own ?? [:]) { _, own in own }
            ),
            numbers,
            layers: (0..<numbers.layerCount).map { index in
                let names = LayerNames(index)
                var attention = names.attention(numbers, rotation: rotation)
                attention.temperature = temperature
                return LayerDescription(
                    attentionNorm: names.attentionNorm,
                    mixer: .attention(attention),
                    mlpNorm: names.mlpNorm,
                    mlp: names.mlp()
                )
            },
            ggufSettings: temperature.map {
                [GGUFSetting("attention.temperature_scale", .number($0.slope))]
            } ?? []
        )
    }

    /// What the reference reads beside yarn's numbers, in the one object that it reads them from.
    private func settings(
        _ rotation: RotationDescription,
        _ temperature: AttentionTemperature
    ) -> [String: JSONValue] {
        var members = rotation.huggingFaceSettings["rope_scaling"]?.object ?? []
        members.append(JSONMember(key: Self.slope, value: .number("\(temperature.slope)")))
        members.append(JSONMember(key: "rope_theta", value: .number("\(rotation.base)")))
        return ["rope_parameters": .object(members.sorted { $0.key < $1.key }), "rope_scaling": .null]
    }
}
