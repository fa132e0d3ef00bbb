extension GGUFFile {
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
        let model: String = try required("tokenizer.ggml.model")
        let pre = try optionalString("tokenizer.ggml.pre") ?? ""
        // Files of SentencePiece models leave out what they all share; llama.cpp has the same defaults.
        func id(_ kind: String, usually usual: Int) throws -> Int? {
            if let id = try tokenID(kind, tokens.count) { return id }
            return model == "llama" && usual < tokens.count ? usual : nil
        }
        let bos = try id("bos", usually: 1)
        return GGUFTokenizerMetadata(
            model: model,
            pre: pre,
            tokens: tokens,
            tokenTypes: types,
            merges: try merges(model: model),
            bosID: bos,
            eosID: try id("eos", usually: 2),
            unknownID: try id("unknown", usually: 0),
            paddingID: try tokenID("padding", tokens.count),
            eotID: try tokenID("eot", tokens.count) ?? tokenID("eom", tokens.count),
            addBOS: try optionalBool("tokenizer.ggml.add_bos_token")
                ?? (bos != nil && GGUFTokenizerMetadata.addsBOS(model: model, pre: pre)),
            addEOS: try optionalBool("tokenizer.ggml.add_eos_token") ?? false,
            addSpacePrefix: try optionalBool("tokenizer.ggml.add_space_prefix") ?? (model == "llama"),
            scores: try floats("tokenizer.ggml.scores"),
            chatTemplate: try optionalString("tokenizer.chat_template")
        )
    }

    /// Without merges a byte-pair encoding cuts every text into bytes, which no model was trained on.
    private func merges(model: String) throws -> [String] {
        let key = "tokenizer.ggml.merges"
        guard metadata[key] == nil else { return try strings(key) }
        guard model == "llama" else { throw missing(key) }
        return []
    }

    private func tokenID(_ kind: String, _ count: Int) throws -> Int? {
        let key = "tokenizer.ggml.\(kind)_token_id"
        guard let id = try optionalInteger(key) else { return nil }
        guard (0..<count).contains(id) else { throw malformed("\(key) is \(id), expected 0..<\(count)") }
        return id
    }

    // MARK: Typed access

    func required(_ key: String) throws -> Int {
        guard let value = try optionalInteger(key) else { throw missing(key) }
        return value
    }

    func required(_ key: String) throws -> Double {
        guard let value = try optionalDouble(key) else { throw missing(key) }
        return value
    }

    func required(_ key: String) throws -> String {
        guard let value = try optionalString(key) else { throw missing(key) }
        return value
    }

    func optionalInteger(_ key: String) throws -> Int? {
        switch metadata[key] {
        case nil: return nil
        case .integer(let value)?: return Int(value)
        default: throw wrongType(key, "an integer")
        }
    }

    func optionalDouble(_ key: String) throws -> Double? {
        switch metadata[key] {
        case nil: return nil
        case .float(let value)?: return value
        case .integer(let value)?: return Double(value)
        default: throw wrongType(key, "a number")
        }
    }

    func optionalString(_ key: String) throws -> String? {
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

    private func floats(_ key: String) throws -> [Float]? {
        switch metadata[key] {
        case .floats(let values)?: return values.map { Float($0) }
        case nil: return nil
        default: throw wrongType(key, "an array of numbers")
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
}
