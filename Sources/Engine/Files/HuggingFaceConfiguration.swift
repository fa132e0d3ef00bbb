/// Reads `config.json` of a Llama-family model and refuses what would change its mathematics.
struct HuggingFaceConfiguration {
    let config: JSONValue
    let path: String

    /// The model's numbers.
    ///
    /// - Throws: `EngineError` of code `unsupported_architecture` or `model_malformed`, naming the key.
    func modelConfiguration() throws -> ModelConfiguration {
        try refuseUnsupported()
        let headCount = try integer("num_attention_heads")
        let hiddenSize = try integer("hidden_size")
        guard headCount > 0 else {
            throw malformed("num_attention_heads is \(headCount), expected at least 1")
        }
        let rope = config["rope_parameters"] ?? .null
        let theta = (rope["rope_theta"] ?? config["rope_theta"])?.double ?? 10_000
        let epsilon = try double("rms_norm_eps")
        let configuration = ModelConfiguration(
            hiddenSize: hiddenSize,
            layerCount: try integer("num_hidden_layers"),
            headCount: headCount,
            keyValueHeadCount: try integer("num_key_value_heads", orNull: headCount),
            headDimension: try integer("head_dim", orNull: hiddenSize / headCount),
            intermediateSize: try integer("intermediate_size"),
            vocabularyCount: try integer("vocab_size"),
            rmsNormEpsilon: Float(epsilon),
            ropeTheta: Float(theta),
            contextLength: try integer("max_position_embeddings"),
            tiesEmbeddings: config["tie_word_embeddings"]?.bool ?? false
        )
        try configuration.validate(file: path)
        return configuration
    }

    private func refuseUnsupported() throws {
        let architecture = config["architectures"]?.array?.first?.string ?? config["model_type"]?.string ?? ""
        guard ["LlamaForCausalLM", "MistralForCausalLM", "llama", "mistral"].contains(architecture) else {
            throw unsupported("architectures is \"\(architecture)\", expected \"LlamaForCausalLM\"")
        }
        let activation = config["hidden_act"]?.string ?? "silu"
        guard activation == "silu" else {
            throw unsupported("hidden_act is \"\(activation)\", expected \"silu\"")
        }
        for key in ["attention_bias", "mlp_bias", "sliding_window", "quantization_config"] {
            if let value = config[key], !value.isNeutral {
                throw unsupported("\(key) is \(text(value)), expected it absent")
            }
        }
        for key in ["rope_scaling", "rope_parameters"] {
            guard let value = config[key], !value.isNeutral else { continue }
            let kind = (value["rope_type"] ?? value["type"])?.string ?? "default"
            guard kind == "default" else {
                throw unsupported("\(key) has type \"\(kind)\", expected \"default\"")
            }
            if let share = value["partial_rotary_factor"]?.double, share != 1 {
                throw unsupported("\(key).partial_rotary_factor is \(share), expected 1")
            }
        }
    }

    private func integer(_ key: String, orNull fallback: Int? = nil) throws -> Int {
        if let value = config[key]?.integer { return value }
        if let fallback, config[key]?.isNeutral ?? true { return fallback }
        throw malformed("\(key) is \(config[key].map(text) ?? "missing"), expected an integer")
    }

    private func double(_ key: String) throws -> Double {
        guard let value = config[key]?.double else {
            throw malformed("\(key) is \(config[key].map(text) ?? "missing"), expected a number")
        }
        return value
    }

    private func text(_ value: JSONValue) -> String {
        String(decoding: value.encoded().prefix(80), as: UTF8.self)
    }

    private func malformed(_ problem: String) -> EngineError {
        EngineError(.modelMalformed, "cannot read \(path)/config.json: \(problem); get the file again")
    }

    private func unsupported(_ problem: String) -> EngineError {
        EngineError(
            .unsupportedArchitecture,
            "cannot run model \(path): config.json: \(problem); use a Llama model such as SmolLM2"
        )
    }
}
