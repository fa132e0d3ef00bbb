import Foundation

extension TokenizerDefinition {
    /// Reads the tokenizer files of a Hugging Face directory.
    ///
    /// The end of text is the one `tokenizer_config.json` or `special_tokens_map.json` names, else the first
    /// that the model's own configuration lists.
    init(_ files: HuggingFaceTokenizerFiles) throws {
        let file = try Self.parse(TokenizerJSON.self, files.tokenizerJSON, "tokenizer.json")
        let model = file.model
        try Self.check(model)
        let added = file.added_tokens ?? []
        let ids = model.vocab.values
        guard ids.allSatisfy({ 0 <= $0 && $0 < 1 << 24 }), added.allSatisfy({ 0 <= $0.id && $0.id < 1 << 24 })
        else {
            throw Self.unsupported("a token id outside 0 ..< 2^24", supported: "ids that count from 0")
        }
        var spellings = [String](repeating: "", count: (ids.max() ?? -1) + 1)
        for (spelling, id) in model.vocab { spellings[id] = spelling }

        let steps = try file.pre_tokenizer.map(Self.steps) ?? []
        guard steps.contains(nil) else {
            throw Self.unsupported("a pre-tokenizer without ByteLevel", supported: "byte-level BPE")
        }
        self.init(
            spellings: spellings,
            merges: model.merges.map { ($0.left, $0.right) },
            addedTokens: added.filter { !$0.normalized }.map(\.token),
            normalizedAddedTokens: added.filter(\.normalized).map(\.token),
            preTokenizer: PreTokenizer(steps: steps.compactMap { $0 }),
            takesKnownWordsWhole: model.ignore_merges ?? false,
            endOfText: 0
        )
        switch file.normalizer?.type {
        case nil: break
        case "NFC": composesCharacters = true
        case let type?: throw Self.unsupported("normalizer \(type)", supported: "none and NFC")
        }
        (prefix, suffix) = try Self.surroundings(file.post_processor)
        let names = [
            try files.tokenizerConfig.map {
                try Self.parse(SpecialTokenNames.self, $0, "tokenizer_config.json")
            },
            try files.specialTokensMap.map {
                try Self.parse(SpecialTokenNames.self, $0, "special_tokens_map.json")
            },
        ]
        let name = names.lazy.compactMap { $0?.eos_token?.content }.first
        let named = name.flatMap { name in added.first { $0.content == name }?.id ?? model.vocab[name] }
        guard let end = named ?? files.eosIDs.first else {
            throw EngineError(
                .tokenizerUnsupported,
                "cannot read the tokenizer: its end-of-text token \(name.map { "\"\($0)\"" } ?? "") is not known;"
                    + " set eos_token in tokenizer_config.json"
            )
        }
        endOfText = Int32(clamping: end)
        endTokens = files.eosIDs.map { Int32(clamping: $0) }
    }

    private static func parse<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8], _ name: String) throws
        -> Value
    {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw EngineError(
                .tokenizerUnsupported,
                "cannot read \(name): \(error); save the tokenizer again with a recent transformers",
                cause: error
            )
        }
    }

    private static func check(_ model: TokenizerJSON.Model) throws {
        let type = model.type ?? "BPE"
        guard type == "BPE" else { throw unsupported("model \(type)", supported: "byte-level BPE") }
        if model.byte_fallback == true {
            throw unsupported("BPE with byte fallback", supported: "byte-level BPE")
        }
        let affixes = (model.continuing_subword_prefix ?? "") + (model.end_of_word_suffix ?? "")
        guard affixes.isEmpty else {
            throw unsupported("BPE with the affix \"\(affixes)\"", supported: "BPE without affixes")
        }
    }

    /// The cuts of a pre-tokenizer; nil marks the place where text becomes bytes.
    private static func steps(_ node: TokenizerJSON.Node) throws -> [PreTokenizer.Step?] {
        switch node.type {
        case "Sequence": return try (node.pretokenizers ?? []).flatMap(steps)
        case "Digits": return [.digits(atMost: node.individual_digits == true ? 1 : .max)]
        case "ByteLevel":
            if node.add_prefix_space == true {
                throw unsupported("ByteLevel with add_prefix_space", supported: "ByteLevel without")
            }
            return node.use_regex == false ? [nil] : [.gpt2, nil]
        case "Split":
            let pattern = node.pattern?.regex ?? node.pattern?.literal ?? ""
            guard let step = knownPatterns[pattern], node.behavior == "Isolated", node.invert != true else {
                throw unsupported(
                    "the split \(node.behavior ?? "") of \"\(pattern)\"",
                    supported: "isolated splits by the patterns of GPT-2, Llama 3 and Qwen 2"
                )
            }
            return [step]
        default:
            throw unsupported(
                "pre-tokenizer \(node.type)",
                supported: "Sequence, Digits, Split and ByteLevel"
            )
        }
    }

    /// The patterns as tokenizer.json files spell them.
    private static let knownPatterns: [String: PreTokenizer.Step] = {
        let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
        func pattern(_ digits: String) -> String {
            contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
                + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        }
        return [
            #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#: .gpt2,
            pattern(#"\p{N}{1,3}"#): .llama3(digitsAtMost: 3),
            pattern(#"\p{N}"#): .llama3(digitsAtMost: 1),
            #"\p{N}"#: .digits(atMost: 1),
            #"\p{N}{1,3}"#: .digits(atMost: 3),
        ]
    }()

    /// The tokens that a post-processor puts before and after a text.
    private static func surroundings(
        _ node: TokenizerJSON.Node?
    ) throws -> (prefix: [Int32], suffix: [Int32]) {
        guard let node else { return ([], []) }
        switch node.type {
        case "ByteLevel": return ([], [])
        case "Sequence":
            var prefix: [Int32] = []
            var suffix: [Int32] = []
            for processor in node.processors ?? [] {
                let outer = try surroundings(processor)
                prefix = outer.prefix + prefix
                suffix += outer.suffix
            }
            return (prefix, suffix)
        case "TemplateProcessing":
            var prefix: [Int32] = []
            var suffix: [Int32] = []
            var isBeforeText = true
            for item in node.single ?? [] {
                if let name = item.SpecialToken?.id {
                    let ids = node.special_tokens?[name]?.ids ?? []
                    if isBeforeText { prefix += ids } else { suffix += ids }
                } else {
                    isBeforeText = false
                }
            }
            return (prefix, suffix)
        default:
            throw unsupported("post-processor \(node.type)", supported: "ByteLevel and TemplateProcessing")
        }
    }

    /// The error for a kind of tokenizer that is not implemented.
    static func unsupported(_ found: String, supported: String) -> EngineError {
        EngineError(
            .tokenizerUnsupported,
            "cannot use the tokenizer: it has \(found); supported: \(supported)"
        )
    }
}
