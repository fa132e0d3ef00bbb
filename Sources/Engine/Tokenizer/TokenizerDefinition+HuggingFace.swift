extension TokenizerDefinition {
    /// Reads the tokenizer files of a Hugging Face directory.
    ///
    /// The end of text is the one `tokenizer_config.json` or `special_tokens_map.json` names, else the first
    /// that the model's own configuration lists.
    init(_ files: HuggingFaceTokenizerFiles) throws {
        let file = try Self.parse(files.tokenizerJSON, "tokenizer.json") { try TokenizerJSON($0) }
        let model = file.model
        try Self.check(model)
        let names = try SpecialTokenNames(files)
        let added = try Self.added(file, names)
        let ids = model.vocab.map(\.id)
        guard ids.allSatisfy({ 0 <= $0 && $0 < 1 << 24 }), added.allSatisfy({ 0 <= $0.id && $0.id < 1 << 24 })
        else {
            throw Self.unsupported("a token id outside 0 ..< 2^24", supported: "ids that count from 0")
        }
        var spellings = [String](repeating: "", count: (ids.max() ?? -1) + 1)
        for (spelling, id) in model.vocab { spellings[id] = spelling }

        self.init(
            spellings: spellings,
            merges: model.merges,
            addedTokens: added.filter { !$0.isNormalized }.map(\.token),
            normalizedAddedTokens: added.filter(\.isNormalized).map(\.token),
            preTokenizer: PreTokenizer(steps: []),
            takesKnownWordsWhole: model.ignoresMerges,
            endOfText: 0,
            fallsBackToBytes: model.fallsBackToBytes
        )
        try readRules(file)
        if let name = model.unknown {
            try checkUnknown(name, isKnown: model.id(of: name) != nil)
            unknown = model.id(of: name).map {
                UnknownToken(id: Int32(truncatingIfNeeded: $0), isFused: model.fusesUnknown)
            }
        }
        (prefix, suffix) = try Self.surroundings(file.postProcessor)
        endOfText = Int32(clamping: try Self.end(names.endOfText, files.eosIDs, added, model))
        endTokens = files.eosIDs.map { Int32(clamping: $0) }
    }

    /// Refuses an unknown token that the vocabulary lacks where a byte may need it: the library fails at the
    /// text, we would leave the byte out.
    private func checkUnknown(_ name: String, isKnown: Bool) throws {
        guard !isKnown, rawText == nil else { return }
        let bytes = Set(spellings.compactMap { ByteAlphabet.spelled($0) }.filter { $0.count == 1 })
        guard bytes.count == 256 else {
            throw EngineError(
                .tokenizerUnsupported,
                "cannot read the tokenizer: its unknown token \"\(name)\" is not in the vocabulary, which lacks "
                    + "\(256 - bytes.count) bytes; correct unk_token in tokenizer.json"
            )
        }
    }

    /// The rules of either kind of byte-pair encoding.
    private mutating func readRules(_ file: TokenizerJSON) throws {
        let steps = try file.preTokenizer.map(Self.steps) ?? []
        guard let place = steps.firstIndex(where: { $0 == nil }) else {
            guard file.model.fallsBackToBytes || RawTextRules.isRaw(file) else {
                throw Self.unsupported(
                    "a pre-tokenizer without ByteLevel",
                    supported: "byte-level BPE, and BPE whose blanks are spelled U+2581"
                )
            }
            let rules = try RawTextRules(file)
            rawText = rules
            preTokenizer = PreTokenizer(steps: steps.compactMap { $0 })
            return
        }
        guard file.preTokenizer.map(Self.hasBlanks) != true else {
            throw Self.unsupported(
                "pre-tokenizer Metaspace beside ByteLevel",
                supported: "Metaspace without ByteLevel, or ByteLevel without Metaspace"
            )
        }
        guard steps.filter({ $0 == nil }).count == 1, !file.model.fallsBackToBytes else {
            throw Self.unsupported("several steps to bytes", supported: "one ByteLevel, or byte fallback")
        }
        preTokenizer = PreTokenizer(
            steps: steps[..<place].compactMap { $0 },
            spelledSteps: steps[(place + 1)...].compactMap { $0 }
        )
        switch file.normalizer?.type {
        case nil: break
        case "NFC": composesCharacters = true
        case "Sequence" where file.normalizer?.normalizers?.isEmpty == true: break
        case let type?: throw Self.unsupported("normalizer \(type)", supported: "none and NFC")
        }
    }

    /// The end of text: the named one, which must be known, or the first of the configuration.
    private static func end(
        _ name: String?,
        _ ids: [Int],
        _ added: [TokenizerJSON.Added],
        _ model: TokenizerJSON.Model
    ) throws -> Int {
        guard let name else {
            if let id = ids.first { return id }
            throw EngineError(
                .tokenizerUnsupported,
                "cannot read the tokenizer: no end-of-text token; set eos_token in tokenizer_config.json"
            )
        }
        let known = added.last { $0.content.utf8.elementsEqual(name.utf8) }?.id ?? model.id(of: name)
        guard let known else {
            throw EngineError(
                .tokenizerUnsupported,
                "cannot read the tokenizer: its end-of-text token \"\(name)\" is not known; correct eos_token in"
                    + " tokenizer_config.json, or get the whole directory again"
            )
        }
        return known
    }

    /// Reads a file's JSON, and something from it.
    static func parse<Value>(_ bytes: [UInt8], _ name: String, _ read: (JSONValue) throws -> Value) throws
        -> Value
    {
        do {
            return try read(JSONParser.parse(bytes))
        } catch let error as EngineError {
            throw error
        } catch {
            if let kind = FileKind.stranger(bytes) {
                throw EngineError(.tokenizerUnsupported, "cannot read \(name): \(kind)", cause: error)
            }
            throw EngineError(
                .tokenizerUnsupported,
                "cannot read \(name): \(error); save the tokenizer again with a recent transformers",
                cause: error
            )
        }
    }

    private static func check(_ model: TokenizerJSON.Model) throws {
        let type = model.type ?? "BPE"
        guard type == "BPE" else { throw unsupported("model \(type)", supported: "byte-pair encodings") }
        guard model.affixes.isEmpty else {
            throw unsupported("BPE with the affix \"\(model.affixes)\"", supported: "BPE without affixes")
        }
    }

    /// Whether a pre-tokenizer spells blanks as U+2581.
    private static func hasBlanks(_ node: TokenizerJSON.Node) -> Bool {
        node.type == "Metaspace" || (node.pretokenizers ?? []).contains(where: hasBlanks)
    }

    /// The cuts of a pre-tokenizer; nil marks the place where text becomes bytes.
    private static func steps(_ node: TokenizerJSON.Node) throws -> [PreTokenizer.Step?] {
        switch node.type {
        case "Sequence": return try (node.pretokenizers ?? []).flatMap(steps)
        case "Digits": return [.digits(atMost: node.bool("individual_digits") == true ? 1 : .max)]
        case "Metaspace": return []
        case "Punctuation":
            let pattern = #"[\p{P}\$\+<=>\^`|~]"#
            return [try step(pattern, behavior: node.string("behavior") ?? "Isolated", isInverted: false)]
        case "ByteLevel":
            if node.bool("add_prefix_space") == true {
                throw unsupported("ByteLevel with add_prefix_space", supported: "ByteLevel without")
            }
            return node.bool("use_regex") == false ? [nil] : [.gpt2, nil]
        case "Split":
            if let literal = node.pattern.literal {
                guard
                    let behavior = SplitBehavior(
                        node.string("behavior") ?? "",
                        isInverted: node.bool("invert") == true
                    ),
                    !literal.isEmpty
                else { throw unsupportedSplit(node, literal, "") }
                return [.pattern(WordPattern(literal: literal), behavior)]
            }
            let pattern = node.pattern.regex ?? ""
            return [
                try step(
                    pattern,
                    behavior: node.string("behavior") ?? "",
                    isInverted: node.bool("invert") == true
                )
            ]
        default:
            throw unsupported(
                "pre-tokenizer \(node.type)",
                supported: "Sequence, Digits, Punctuation, Split, ByteLevel and Metaspace"
            )
        }
    }

    /// A cut at a pattern: by a scanner if there is one, else compiled.
    private static func step(
        _ pattern: String,
        behavior: String,
        isInverted: Bool
    ) throws -> PreTokenizer.Step {
        if let step = knownPatterns[pattern], behavior == "Isolated", !isInverted { return step }
        guard let behavior = SplitBehavior(behavior, isInverted: isInverted) else {
            throw unsupported(
                "the split \(behavior) of \"\(pattern)\"",
                supported: "splits without inversion"
            )
        }
        do {
            return .pattern(try WordPattern(pattern), behavior)
        } catch {
            throw unsupported(
                "the split of \"\(pattern)\" (\(error))",
                supported: "patterns of alternatives, sets and repeats"
            )
        }
    }

    private static func unsupportedSplit(_ node: TokenizerJSON.Node, _ pattern: String, _ why: String)
        -> EngineError
    {
        unsupported(
            "the split \(node.string("behavior") ?? "") of \"\(pattern)\"\(why)",
            supported: "splits at a text"
        )
    }

    /// The patterns that have a scanner, as tokenizer.json files spell them.
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
            for item in node.single {
                if let name = item {
                    let ids = node.ids(of: name)
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

extension TokenizerJSON.Model {
    /// The id of a word, compared byte by byte.
    func id(of word: String) -> Int? {
        vocab.first { $0.spelling.utf8.elementsEqual(word.utf8) }?.id
    }
}
