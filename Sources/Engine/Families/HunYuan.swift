import Glibc
import Loop

/// Hunyuan, its dense models of 0.5B to 7B: Llama's layers with norms of query and key heads after rotation.
///
/// Source: Tencent Hunyuan Team 2025, github.com/Tencent-Hunyuan/Hunyuan-0.5B. Reference: transformers,
/// `models/hunyuan_v1_dense/modeling_hunyuan_v1_dense.py`; for GGUF llama.cpp,
/// `src/models/hunyuan-dense.cpp`.
package struct HunYuan: ModelFamily {
    package let ggufArchitectures = ["hunyuan-dense"]
    package let huggingFaceNames = ["HunYuanDenseV1ForCausalLM", "hunyuan_v1_dense"]

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
        try config.requireAbsent(["attention_bias", "mlp_bias"])
        let numbers = try config.decoderNumbers()
        return describe(numbers, try rotation(config, numbers))
    }

    /// Rotary positions: a type "dynamic" with `alpha` is a larger base for texts of any length.
    private func rotation(
        _ config: HuggingFaceConfiguration,
        _ numbers: ModelConfiguration
    ) throws -> RotationDescription {
        try config.requireOneRotation(base: 10_000)
        let found = ["rope_parameters", "rope_scaling"].compactMap { key in
            config.config[key].flatMap { $0.isNeutral ? nil : (key: key, value: $0) }
        }.first
        guard let found, (found.value["rope_type"] ?? found.value["type"])?.string == "dynamic",
            let alpha = found.value["alpha"]?.double, alpha != 0
        else {
            return try config.rotation(headDimension: numbers.headDimension, isInterleavedInGGUF: false)
        }
        // As in the reference, none of these changes a base that alpha has stretched.
        let known: Set<String> = [
            "alpha", "beta_fast", "beta_slow", "factor", "max_position_embeddings", "mscale",
            "mscale_all_dim", "original_max_position_embeddings", "rope_theta", "rope_type", "type",
        ]
        for member in found.value.object ?? [] where !known.contains(member.key) {
            throw config.unsupported("\(found.key).\(member.key) is not known")
        }
        let theta = (found.value["rope_theta"] ?? config.config["rope_theta"])?.double ?? 10_000
        let width = Double(numbers.headDimension)
        let base = theta * pow(alpha, width / (width - 2))
        guard base >= 1, base < 1e30 else {
            throw config.unsupported("\(found.key).alpha is \(alpha), expected a positive number")
        }
        return RotationDescription(base: Float(base), isInterleavedInGGUF: false)
    }

    private func describe(_ numbers: ModelConfiguration, _ rotation: RotationDescription) -> ModelDescription
    {
        var numbers = numbers
        numbers.adopt(rotation)
        return .decoder(
            "hunyuan-dense",
            HuggingFaceIdentity(
                architecture: huggingFaceNames[0],
                modelType: huggingFaceNames[1],
                settings: ["attention_bias": .bool(false)]
            ),
            numbers,
            layers: (0..<numbers.layerCount).map { index in
                let names = LayerNames(index)
                var attention = names.attention(numbers, rotation: rotation)
                attention.queryNorm = names.name("attn_q_norm", "self_attn.query_layernorm")
                attention.keyNorm = names.name("attn_k_norm", "self_attn.key_layernorm")
                attention.isNormAfterRotation = true
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
