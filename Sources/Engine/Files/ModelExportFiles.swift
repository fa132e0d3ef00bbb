import Loop

/// The small files of an exported Hugging Face directory.
struct ModelExportFiles {
    let model: ModelFiles
    let tokenizer: HuggingFaceTokenizerFiles
    let isBF16: Bool

    /// Every file but the weights.
    func all() -> [FileContent] {
        var files = [
            FileContent(name: FileName.modelConfiguration, bytes: Self.text(configuration)),
            FileContent(name: "generation_config.json", bytes: Self.text(.sorted(ids))),
            FileContent(name: FileName.tokenizer, bytes: tokenizer.tokenizerJSON),
        ]
        let optional = [
            ("tokenizer_config.json", tokenizer.tokenizerConfig),
            ("special_tokens_map.json", tokenizer.specialTokensMap),
            ("added_tokens.json", tokenizer.addedTokens),
            ("chat_template.jinja", tokenizer.chatTemplate),
        ]
        for case (let name, let bytes?) in optional { files.append(FileContent(name: name, bytes: bytes)) }
        return files
    }

    private static func text(_ value: JSONValue) -> [UInt8] {
        value.encoded(indent: 2) + [UInt8(ascii: "\n")]
    }

    /// Begin, end and padding ids if they are known.
    private var ids: [String: JSONValue] {
        var ids: [String: JSONValue] = [:]
        if let bos = tokenizer.bosID { ids["bos_token_id"] = .integer(bos) }
        if let first = tokenizer.eosIDs.first {
            ids["eos_token_id"] =
                tokenizer.eosIDs.count == 1
                ? .integer(first) : .array(tokenizer.eosIDs.map { .integer($0) })
        }
        if case .gguf(let metadata) = model.tokenizerSource, let padding = metadata.paddingID {
            ids["pad_token_id"] = .integer(padding)
        }
        return ids
    }

    private var activation: Activation { model.description.layers.first?.mlp.activation ?? .silu }

    private var configuration: JSONValue {
        let (c, identity) = (model.configuration, model.description.huggingFace)
        let epsilon = model.description.hasFinalLayerNorm ? "layer_norm_eps" : "rms_norm_eps"
        let members: [String: JSONValue] = [
            "architectures": .array([.string(identity.architecture)]),
            "attention_dropout": .number("0.0"),
            "head_dim": .integer(c.headDimension),
            "hidden_act": .string(activation.rawValue),
            "hidden_size": .integer(c.hiddenSize),
            "initializer_range": .number("0.02"),
            "intermediate_size": .integer(c.intermediateSize),
            "max_position_embeddings": .integer(c.contextLength),
            "model_type": .string(identity.modelType),
            "num_attention_heads": .integer(c.headCount),
            "num_hidden_layers": .integer(c.layerCount),
            "num_key_value_heads": .integer(c.keyValueHeadCount),
            epsilon: .number("\(c.rmsNormEpsilon)"),
            "rope_scaling": .null,
            "rope_theta": .number("\(c.ropeTheta)"),
            "tie_word_embeddings": .bool(c.tiesEmbeddings),
            "torch_dtype": .string(isBF16 ? "bfloat16" : "float32"),
            "use_cache": .bool(true),
            "vocab_size": .integer(c.vocabularyCount),
        ]
        let rotation = model.description.mainRotation
        return .sorted(
            members.merging(rotation?.huggingFaceSettings ?? [:]) { _, scaling in scaling }
                .merging(identity.settings) { _, family in family }
                .merging(ids) { own, _ in own }
        )
    }
}
