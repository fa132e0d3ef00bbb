/// Types of values in config.json: what is read goes on with a default where a value is missing, so that a value of
/// another type must not count as missing.
extension HuggingFaceConfiguration {
    private static let flags = [
        "tie_word_embeddings", "tie_embedding", "use_qkv_bias", "block_auto_adjust_ff_dim",
        "use_sliding_window",
    ]
    private static let numbers = [
        "rope_theta", "partial_rotary_factor", "rope_local_base_freq", "original_max_position_embeddings",
        "sliding_window", "embedding_multiplier", "attention_multiplier", "residual_multiplier",
        "logits_scaling",
        "final_logit_softcapping", "attn_logit_softcapping", "query_pre_attn_scalar", "scale_emb",
        "scale_depth",
        "dim_model_base", "no_rope_layer_interval",
    ]
    private static let lists = ["layer_types", "layers_block_type", "no_rope_layers"]
    private static let texts = ["model_type", "hidden_act", "hidden_activation", "position_embedding_type"]
    /// Members of a description of rotary positions that only scaled ones have.
    private static let scalingKeys = [
        "factor", "low_freq_factor", "high_freq_factor", "short_factor", "long_factor", "beta_fast",
        "beta_slow",
        "attention_factor", "mscale", "mscale_all_dim",
    ]

    /// Refuses a value of another type than its key has.
    ///
    /// - Throws: `EngineError` `model_malformed` naming key and value; `unsupported_architecture` for rotary
    ///   positions that have numbers of a scaling and do not say which.
    func requireTypes() throws {
        for key in Self.flags { try require(config[key], key, "true or false") { $0.bool != nil } }
        for key in Self.numbers { try require(config[key], key, "a number") { $0.double != nil } }
        for key in Self.lists { try require(config[key], key, "a list") { $0.array != nil } }
        for key in Self.texts { try require(config[key], key, "a text") { $0.string != nil } }
        for key in ["rope_parameters", "rope_scaling"] {
            if let value = config[key], !value.isNeutral { try requireRotationTypes(value, key) }
        }
    }

    /// The same of a description of rotary positions, or of one for each type of layers.
    private func requireRotationTypes(_ value: JSONValue, _ key: String) throws {
        try require(value, key, "an object") { $0.object != nil }
        let members = value.object ?? []
        for member in members {
            let name = "\(key).\(member.key)"
            switch member.key {
            case "rope_type", "type": try require(member.value, name, "a text") { $0.string != nil }
            case "truncate": try require(member.value, name, "true or false") { $0.bool != nil }
            case _ where member.value.object != nil: try requireRotationTypes(member.value, name)
            default: try require(member.value, name, "a number") { $0.string == nil && $0.bool == nil }
            }
        }
        guard (value["rope_type"] ?? value["type"])?.string ?? "default" == "default" else { return }
        for name in Self.scalingKeys {
            guard let found = value[name], !found.isNeutral, found.double != 1 else { continue }
            throw unsupported(
                "\(key) has \(name) \(text(found)) and no rope_type that it belongs to; add the model's rope_type "
                    + "(linear, llama3, yarn or longrope), or remove \(key)"
            )
        }
    }

    private func require(
        _ value: JSONValue?,
        _ key: String,
        _ expected: String,
        _ isExpected: (JSONValue) -> Bool
    ) throws {
        guard let value, value != .null, !isExpected(value) else { return }
        throw malformed("\(key) is \(text(value)), expected \(expected)")
    }
}
