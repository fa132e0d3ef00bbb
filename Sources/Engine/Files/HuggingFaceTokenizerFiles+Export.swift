extension HuggingFaceTokenizerFiles {
    /// The tokenizer's files for an export: those of a Hugging Face directory as they are, or built from
    /// GGUF metadata as transformers expects them.
    ///
    /// - Throws: `EngineError` of code `tokenizer_unsupported` when the metadata's rules have no known form.
    package init(exporting source: TokenizerSource) throws {
        switch source {
        case .huggingFace(let files): self = files
        case .gguf(let metadata):
            guard metadata.model == "gpt2", let rules = PreTokenizer.named[metadata.pre].map(Rules.init)
            else {
                throw EngineError(
                    .tokenizerUnsupported,
                    "cannot export tokenizer \"\(metadata.model)\" with pre-tokenizer \"\(metadata.pre)\": known are "
                        + "gpt2 with \(PreTokenizer.named.keys.sorted().joined(separator: ", "))"
                )
            }
            self.init(
                tokenizerJSON: Self.tokenizer(metadata, rules).encoded(indent: 2),
                tokenizerConfig: Self.configuration(metadata).encoded(indent: 2),
                specialTokensMap: JSONValue.sorted(Self.specialTokens(metadata)).encoded(indent: 2),
                eosIDs: metadata.endIDs,
                bosID: metadata.bosID
            )
        }
    }

    /// What a name in `tokenizer.ggml.pre` means.
    private struct Rules {
        var preTokenizer: JSONValue
        var normalizer = JSONValue.null
        var ignoresMerges = false

        init(_ named: NamedRules) {
            var steps = named.steps.map(HuggingFaceTokenizerFiles.step)
            // GPT-2's pattern is part of the step to bytes.
            let isPlain = named.steps.last == .gpt2
            if isPlain { steps.removeLast() }
            steps.append(byteLevel(usesRegex: isPlain))
            preTokenizer = steps.count == 1 ? steps[0] : sequence(steps)
            if named.composesCharacters { normalizer = .ordered(["type": .string("NFC")]) }
            ignoresMerges = named.takesKnownWordsWhole
        }
    }

    private static func step(_ step: PreTokenizer.Step) -> JSONValue {
        switch step {
        case .digits(atMost: 1):
            .ordered(["type": .string("Digits"), "individual_digits": .bool(true)])
        case .digits: .ordered(["type": .string("Digits"), "individual_digits": .bool(false)])
        case .gpt2: byteLevel(usesRegex: true)
        case .llama3(let most): words(digits: most == 1 ? #"\p{N}"# : #"\p{N}{1,3}"#)
        case .pattern(let pattern, _): split(pattern.source)
        }
    }

    private static func sequence(_ steps: [JSONValue]) -> JSONValue {
        .ordered(["type": .string("Sequence"), "pretokenizers": .array(steps)])
    }

    /// The word pattern that Llama 3 and Qwen 2 share except for their digits.
    private static func words(digits: String) -> JSONValue {
        let pattern =
            #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
            + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        return split(pattern)
    }

    private static func split(_ pattern: String) -> JSONValue {
        .ordered([
            "type": .string("Split"), "pattern": .ordered(["Regex": .string(pattern)]),
            "behavior": .string("Isolated"), "invert": .bool(false),
        ])
    }

    private static func byteLevel(usesRegex: Bool) -> JSONValue {
        .ordered([
            "type": .string("ByteLevel"), "add_prefix_space": .bool(false), "trim_offsets": .bool(true),
            "use_regex": .bool(usesRegex),
        ])
    }

    private static func tokenizer(_ metadata: GGUFTokenizerMetadata, _ rules: Rules) -> JSONValue {
        .ordered([
            "version": .string("1.0"),
            "truncation": .null,
            "padding": .null,
            "added_tokens": .array(addedTokens(metadata)),
            "normalizer": rules.normalizer,
            "pre_tokenizer": rules.preTokenizer,
            "post_processor": postProcessor(metadata),
            "decoder": byteLevel(usesRegex: true),
            "model": .ordered([
                "type": .string("BPE"),
                "dropout": .null,
                "unk_token": .null,
                "continuing_subword_prefix": .null,
                "end_of_word_suffix": .null,
                "fuse_unk": .bool(false),
                "byte_fallback": .bool(false),
                "ignore_merges": .bool(rules.ignoresMerges),
                "vocab": .object(
                    metadata.tokens.enumerated().map { JSONMember(key: $1, value: .integer($0)) }
                ),
                "merges": .array(
                    metadata.merges.map { merge in
                        .array(merge.split(separator: " ", maxSplits: 1).map { .string(String($0)) })
                    }
                ),
            ]),
        ])
    }

    /// Unknown, control and user-defined tokens are cut out of a text before anything else.
    private static func addedTokens(_ metadata: GGUFTokenizerMetadata) -> [JSONValue] {
        zip(metadata.tokens, metadata.tokenTypes).enumerated().compactMap { id, token in
            guard (2...4).contains(token.1) else { return nil }
            return .ordered([
                "id": .integer(id),
                "content": .string(token.0),
                "single_word": .bool(false),
                "lstrip": .bool(false),
                "rstrip": .bool(false),
                "normalized": .bool(false),
                "special": .bool(token.1 != 4),
            ])
        }
    }

    /// Puts the begin token before every text if the metadata ask for it.
    private static func postProcessor(_ metadata: GGUFTokenizerMetadata) -> JSONValue {
        guard metadata.addBOS, let id = metadata.bosID, metadata.tokens.indices.contains(id) else {
            return .null
        }
        let token = metadata.tokens[id]
        let special = JSONValue.ordered([
            "SpecialToken": .ordered(["id": .string(token), "type_id": .integer(0)])
        ])
        func sequence(_ name: String, _ type: Int) -> JSONValue {
            .ordered(["Sequence": .ordered(["id": .string(name), "type_id": .integer(type)])])
        }
        return .ordered([
            "type": .string("TemplateProcessing"),
            "single": .array([special, sequence("A", 0)]),
            "pair": .array([special, sequence("A", 0), sequence("B", 1)]),
            "special_tokens": .object([
                JSONMember(
                    key: token,
                    value: .ordered([
                        "id": .string(token), "ids": .array([.integer(id)]),
                        "tokens": .array([.string(token)]),
                    ])
                )
            ]),
        ])
    }

    private static func specialTokens(_ metadata: GGUFTokenizerMetadata) -> [String: JSONValue] {
        let ids = [
            "bos_token": metadata.bosID, "eos_token": metadata.eosID, "unk_token": metadata.unknownID,
            "pad_token": metadata.paddingID,
        ]
        return ids.compactMapValues { id in
            id.flatMap { metadata.tokens.indices.contains($0) ? .string(metadata.tokens[$0]) : nil }
        }
    }

    private static func configuration(_ metadata: GGUFTokenizerMetadata) -> JSONValue {
        var members = specialTokens(metadata)
        members["add_prefix_space"] = .bool(false)
        members["clean_up_tokenization_spaces"] = .bool(false)
        members["tokenizer_class"] = .string("PreTrainedTokenizerFast")
        if let template = metadata.chatTemplate { members["chat_template"] = .string(template) }
        members["added_tokens_decoder"] = .object(
            addedTokens(metadata).compactMap { token in
                guard let id = token["id"]?.integer, let parts = token.object else { return nil }
                return JSONMember(key: String(id), value: .object(parts.filter { $0.key != "id" }))
            }
        )
        return .sorted(members)
    }
}
