extension HuggingFaceConfiguration {
    /// The numbers that nearly all families name alike; quantized weights are refused.
    ///
    /// - Parameters:
    ///   - headDimension: The width of a head where `head_dim` is missing; nil for hidden size over heads.
    ///   - tiesByDefault: What a missing `tie_word_embeddings` means.
    ///   - base: The base of the rotary frequencies if the file has none.
    ///   - epsilon: The key of what norms add.
    /// - Returns: The numbers, checked.
    /// - Throws: `EngineError` `model_malformed` or `unsupported_architecture`, naming the key.
    func decoderNumbers(
        headDimension: Int? = nil,
        tiesByDefault: Bool = false,
        base: Double = 10_000,
        epsilon: String = "rms_norm_eps"
    ) throws -> ModelConfiguration {
        try refuseQuantization()
        let headCount = try integer("num_attention_heads")
        let hiddenSize = try integer("hidden_size")
        guard headCount > 0 else {
            throw malformed("num_attention_heads is \(headCount), expected at least 1")
        }
        return try checked(
            ModelConfiguration(
                hiddenSize: hiddenSize,
                layerCount: try integer("num_hidden_layers"),
                headCount: headCount,
                keyValueHeadCount: try integer("num_key_value_heads", orNull: headCount),
                headDimension: try integer("head_dim", orNull: headDimension ?? hiddenSize / headCount),
                intermediateSize: try integer("intermediate_size"),
                vocabularyCount: try integer("vocab_size"),
                rmsNormEpsilon: Float(try double(epsilon)),
                ropeTheta: Float(rotationBase ?? base),
                contextLength: try integer("max_position_embeddings"),
                tiesEmbeddings: bool("tie_word_embeddings") ?? tiesByDefault
            )
        )
    }

    /// Refuses quantized weights.
    func refuseQuantization() throws {
        guard let quantization = config["quantization_config"], !quantization.isNeutral else { return }
        let kinds = [
            ("load_in_4bit", "bitsandbytes, 4 bits"), ("load_in_8bit", "bitsandbytes, 8 bits"),
        ]
        let kind = kinds.first { quantization[$0.0]?.bool == true }?.1
        let method = quantization["quant_method"]?.string ?? "unknown"
        throw EngineError(
            .unsupportedArchitecture,
            "cannot run model \(path): config.json: quantization_config says that the weights are quantized by "
                + "\(kind ?? method), which is not read; take the model it was made from (F32, F16 or BF16), or a GGUF "
                + "file of it such as Q8_0 or Q4_K_M"
        )
    }

    /// `sliding_window`: nil if it is null; the other value if it is missing.
    func window(orMissing fallback: Int?) throws -> Int? {
        guard let value = config["sliding_window"] else { return fallback }
        guard value != .null else { return nil }
        return try positive("sliding_window")
    }

    /// A whole number that is at least 1.
    func positive(_ key: String, orNull fallback: Int? = nil) throws -> Int {
        let number = try integer(key, orNull: fallback)
        guard number > 0 else { throw malformed("\(key) is \(number), expected 1 or more") }
        return number
    }

    /// A number that is finite and above 0; the other value if it is missing or null.
    func factor(_ key: String, orNull fallback: Double) throws -> Float {
        if config[key] ?? .null == .null { return Float(fallback) }
        let number = try double(key)
        guard number > 1e-20, number < 1e20 else {
            throw malformed("\(key) is \(number), expected between 1e-20 and 1e20")
        }
        return Float(number)
    }

    /// Which layers have a window, as `layer_types` says; nil if the key is missing or null.
    ///
    /// - Throws: `EngineError` `unsupported_architecture` for another type of layer, or another count of
    ///   them.
    func slidingLayers(_ layerCount: Int) throws -> [Bool]? {
        guard let types = config["layer_types"], types != .null else { return nil }
        let isSliding = try (types.array ?? []).map { type in
            switch type.string {
            case "sliding_attention": true
            case "full_attention": false
            default: throw unsupported("layer_types holds \(String(decoding: type.encoded(), as: UTF8.self))")
            }
        }
        guard isSliding.count == layerCount else {
            throw malformed("layer_types has \(isSliding.count) entries for \(layerCount) layers")
        }
        return isSliding
    }
}

extension GGUFMetadata {
    /// Keys that change what is computed; a family names those that it reads.
    private static let telling = [
        "attention.causal", "attention.clamp_kqv", "attention.max_alibi_bias", "attention.output_scale",
        "attention.scale", "attention.sliding_window", "attention.temperature_scale",
        "attn_logit_softcapping", "embedding_scale", "expert_count", "final_logit_softcapping",
        "logit_scale", "residual_scale", "router_logit_softcapping", "use_parallel_residual",
    ]

    /// Refuses keys that change the mathematics and that the family does not read.
    ///
    /// - Parameter known: Those that it reads.
    /// - Throws: `EngineError` `unsupported_architecture`, naming the key and its value.
    func refuse(except known: Set<String>) throws {
        for key in Self.telling where !known.contains(key) {
            guard let value = file.metadata["\(architecture).\(key)"] else { continue }
            switch value {
            case .integer(0),
                .bool(false) where key != "attention.causal":
                continue
            case .bool(true) where key == "attention.causal": continue
            case .float(let number) where number == 0: continue
            default:
                let kinds = key == "expert_count" ? ": mixtures of experts are not supported" : ""
                throw unsupported(key, "\(value), expected it absent\(kinds)")
            }
        }
        for key in file.metadata.keys.sorted() where key.hasPrefix("\(architecture).rope.scaling.alpha") {
            throw unsupported("\(key) is not supported")
        }
    }

    /// The numbers that nearly all families name alike.
    ///
    /// - Parameters:
    ///   - isMixed: Whether layers may have other key and value heads than the most: none.
    ///   - epsilon: The key of what norms add.
    /// - Returns: The numbers, checked.
    /// - Throws: `EngineError` `model_malformed` or `unsupported_architecture`, naming the key.
    func decoderNumbers(
        isMixed: Bool = false,
        epsilon: String = "attention.layer_norm_rms_epsilon"
    ) throws -> ModelConfiguration {
        let headCount = try integer("attention.head_count")
        let hiddenSize = try integer("embedding_length")
        let headDimension =
            try optionalInteger("attention.key_length") ?? (headCount > 0 ? hiddenSize / headCount : 0)
        let numbers = try checked(
            ModelConfiguration(
                hiddenSize: hiddenSize,
                layerCount: try integer("block_count"),
                headCount: headCount,
                keyValueHeadCount: try keyValueHeadCounts()?.max() ?? headCount,
                headDimension: headDimension,
                intermediateSize: try integer("feed_forward_length"),
                vocabularyCount: rowCount(of: "token_embd.weight"),
                rmsNormEpsilon: Float(try double(epsilon)),
                ropeTheta: Float(try optionalDouble("rope.freq_base") ?? 10_000),
                contextLength: try integer("context_length"),
                tiesEmbeddings: !hasTensor("output.weight")
            )
        )
        let perLayer = try keyValueHeadCounts() ?? []
        guard perLayer.count < 2 || perLayer.count == numbers.layerCount else {
            throw unsupported(
                "attention.head_count_kv",
                "\(perLayer.count) numbers for \(numbers.layerCount) layers"
            )
        }
        let layer = perLayer.firstIndex { $0 != numbers.keyValueHeadCount && !(isMixed && $0 == 0) }
        if let layer {
            throw unsupported(
                "attention.head_count_kv",
                "\(perLayer[layer]) for layer \(layer), expected \(numbers.keyValueHeadCount)\(isMixed ? " or 0" : "") for all"
            )
        }
        if let width = try optionalInteger("attention.value_length"), width != headDimension {
            throw unsupported(
                "attention.value_length",
                "\(width), expected the head dimension \(headDimension)"
            )
        }
        return numbers
    }

    /// `attention.head_count_kv`: one number for all layers, or one for each.
    func keyValueHeadCounts() throws -> [Int]? {
        let key = "attention.head_count_kv"
        if case .integers(let counts)? = file.metadata["\(architecture).\(key)"] {
            return counts.map { Int(clamping: $0) }
        }
        return try optionalInteger(key).map { [$0] }
    }

    /// Refuses heads that are rotated in part.
    func requireWholeHeads(_ numbers: ModelConfiguration) throws {
        let key = "rope.dimension_count"
        if let width = try optionalInteger(key), width != numbers.headDimension {
            throw unsupported(key, "\(width), expected the head dimension \(numbers.headDimension)")
        }
    }

    /// A number that is finite and above 0; the other value if it is missing or 0.
    func factor(_ key: String, orMissing fallback: Double) throws -> Float {
        let number = try optionalDouble(key) ?? 0
        guard number == 0 || (number > 1e-20 && number < 1e20) else {
            throw unsupported(key, "\(number), expected between 1e-20 and 1e20")
        }
        return Float(number == 0 ? fallback : number)
    }
}

extension ModelConfiguration {
    /// Takes the base of a rotation, and the context in which it is computed as the reference does.
    mutating func adopt(_ rotation: RotationDescription) {
        ropeTheta = rotation.base
        if case .long(let scaling) = rotation.scaling {
            contextLength = min(contextLength, scaling.usableContext)
        }
    }
}
