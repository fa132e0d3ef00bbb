extension GGUFFile {
    /// The model's numbers.
    ///
    /// - Throws: `EngineError` of code `unsupported_architecture` or `model_malformed`, naming the key.
    func configuration() throws -> ModelConfiguration {
        let architecture: String = try required("general.architecture")
        guard architecture == "llama" else {
            throw unsupported("general.architecture is \"\(architecture)\", expected \"llama\"")
        }
        try refuseUnsupported()
        let headCount: Int = try required("llama.attention.head_count")
        let hiddenSize: Int = try required("llama.embedding_length")
        let headDimension =
            try optionalInteger("llama.attention.key_length") ?? (headCount > 0 ? hiddenSize / headCount : 0)
        let configuration = ModelConfiguration(
            hiddenSize: hiddenSize,
            layerCount: try required("llama.block_count"),
            headCount: headCount,
            keyValueHeadCount: try optionalInteger("llama.attention.head_count_kv") ?? headCount,
            headDimension: headDimension,
            intermediateSize: try required("llama.feed_forward_length"),
            vocabularyCount: tensors[TensorName.embedding.ggufName]?.shape.first ?? 0,
            rmsNormEpsilon: Float(try required("llama.attention.layer_norm_rms_epsilon") as Double),
            ropeTheta: Float(try optionalDouble("llama.rope.freq_base") ?? 10_000),
            contextLength: try required("llama.context_length"),
            tiesEmbeddings: tensors[TensorName.outputProjection.ggufName] == nil
        )
        try configuration.validate(file: file.name)
        for key in ["llama.rope.dimension_count", "llama.attention.value_length"] {
            if let width = try optionalInteger(key), width != headDimension {
                throw unsupported("\(key) is \(width), expected the head dimension \(headDimension)")
            }
        }
        return configuration
    }

    /// The tokenizer's tables.
    ///
    /// - Throws: `EngineError` of code `model_malformed` when a table is missing or a length does not fit.
    func tokenizer(vocabularyCount: Int) throws -> GGUFTokenizerMetadata {
        let tokens: [String] = try strings("tokenizer.ggml.tokens")
        let types: [Int32]
        switch metadata["tokenizer.ggml.token_type"] {
        case .integers(let numbers)?: types = numbers.map { Int32(clamping: $0) }
        case nil: types = Array(repeating: 1, count: tokens.count)
        default: throw wrongType("tokenizer.ggml.token_type", "an array of integers")
        }
        guard tokens.count == vocabularyCount, types.count == tokens.count else {
            throw malformed(
                "tokenizer.ggml.tokens: \(tokens.count) tokens and \(types.count) types for a vocabulary of "
                    + "\(vocabularyCount)"
            )
        }
        return GGUFTokenizerMetadata(
            model: try required("tokenizer.ggml.model"),
            pre: try optionalString("tokenizer.ggml.pre") ?? "",
            tokens: tokens,
            tokenTypes: types,
            merges: metadata["tokenizer.ggml.merges"] == nil ? [] : try strings("tokenizer.ggml.merges"),
            bosID: try tokenID("bos", tokens.count),
            eosID: try tokenID("eos", tokens.count),
            unknownID: try tokenID("unknown", tokens.count),
            paddingID: try tokenID("padding", tokens.count),
            eotID: try tokenID("eot", tokens.count),
            addBOS: try optionalBool("tokenizer.ggml.add_bos_token") ?? false,
            chatTemplate: try optionalString("tokenizer.chat_template")
        )
    }

    private func refuseUnsupported() throws {
        if let experts = try optionalInteger("llama.expert_count"), experts > 0 {
            throw unsupported("llama.expert_count is \(experts): mixtures of experts are not supported")
        }
        if let scaling = try optionalString("llama.rope.scaling.type"), scaling != "none" {
            throw unsupported("llama.rope.scaling.type is \"\(scaling)\", expected \"none\"")
        }
        if tensors["rope_freqs.weight"] != nil {
            throw unsupported("tensor rope_freqs.weight asks for scaled rotary positions")
        }
    }

    private func tokenID(_ kind: String, _ count: Int) throws -> Int? {
        let key = "tokenizer.ggml.\(kind)_token_id"
        guard let id = try optionalInteger(key) else { return nil }
        guard (0..<count).contains(id) else { throw malformed("\(key) is \(id), expected 0..<\(count)") }
        return id
    }

    // MARK: Typed access

    private func required(_ key: String) throws -> Int {
        guard let value = try optionalInteger(key) else { throw missing(key) }
        return value
    }

    private func required(_ key: String) throws -> Double {
        guard let value = try optionalDouble(key) else { throw missing(key) }
        return value
    }

    private func required(_ key: String) throws -> String {
        guard let value = try optionalString(key) else { throw missing(key) }
        return value
    }

    private func optionalInteger(_ key: String) throws -> Int? {
        switch metadata[key] {
        case nil: return nil
        case .integer(let value)?: return Int(value)
        default: throw wrongType(key, "an integer")
        }
    }

    private func optionalDouble(_ key: String) throws -> Double? {
        switch metadata[key] {
        case nil: return nil
        case .float(let value)?: return value
        case .integer(let value)?: return Double(value)
        default: throw wrongType(key, "a number")
        }
    }

    private func optionalString(_ key: String) throws -> String? {
        switch metadata[key] {
        case nil: return nil
        case .string(let value)?: return value
        default: throw wrongType(key, "a string")
        }
    }

    private func optionalBool(_ key: String) throws -> Bool? {
        switch metadata[key] {
        case nil: return nil
        case .bool(let value)?: return value
        default: throw wrongType(key, "true or false")
        }
    }

    private func strings(_ key: String) throws -> [String] {
        switch metadata[key] {
        case .strings(let values)?: return values
        case nil: throw missing(key)
        default: throw wrongType(key, "an array of strings")
        }
    }

    private func missing(_ key: String) -> EngineError { malformed("\(key) is missing") }

    private func wrongType(_ key: String, _ expected: String) -> EngineError {
        malformed("\(key) is not \(expected)")
    }

    private func malformed(_ problem: String) -> EngineError {
        EngineError(.modelMalformed, "cannot read model \(file.name): \(problem); get the file again")
    }

    private func unsupported(_ problem: String) -> EngineError {
        EngineError(
            .unsupportedArchitecture,
            "cannot run model \(file.name): \(problem); use a Llama model such as SmolLM2"
        )
    }
}
