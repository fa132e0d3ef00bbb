extension GGUFTokenizerMetadata {
    /// The tables of a GGUF file for either source: its own, or those of a Hugging Face directory converted.
    ///
    /// - Parameters:
    ///   - source: The tokenizer.
    ///   - vocabularyCount: V, rows of the embedding; ids without a token become unused ones.
    /// - Throws: `EngineError` of code `tokenizer_unsupported` when the tables cannot express its rules.
    package init(exporting source: TokenizerSource, vocabularyCount: Int) throws {
        switch source {
        case .gguf(let metadata): self = metadata
        case .huggingFace(let files): try self.init(files, vocabularyCount: vocabularyCount)
        }
    }

    private init(_ files: HuggingFaceTokenizerFiles, vocabularyCount: Int) throws {
        let definition = try TokenizerDefinition(files)
        let added = definition.addedTokens + definition.normalizedAddedTokens
        try Self.check(definition, added)
        let highest = max(definition.spellings.count, (added.map { Int($0.id) + 1 }.max() ?? 0))
        guard highest <= vocabularyCount else {
            throw Self.inexpressible("\(highest) tokens for an embedding of \(vocabularyCount) rows")
        }
        var tokens = (0..<vocabularyCount).map { "[PAD\($0)]" }
        // 1 normal, 3 control, 4 user defined, 5 unused.
        var types = [Int32](repeating: 5, count: vocabularyCount)
        for (id, spelling) in definition.spellings.enumerated() where !spelling.isEmpty {
            (tokens[id], types[id]) = (spelling, 1)
        }
        for token in added {
            (tokens[Int(token.id)], types[Int(token.id)]) = (token.content, token.isControl ? 3 : 4)
        }
        // By their bytes: strings that are equal for Swift may be two tokens.
        var ids: [[UInt8]: Int] = [:]
        for (id, token) in tokens.enumerated() {
            if let first = ids.updateValue(id, forKey: Array(token.utf8)) {
                throw Self.inexpressible("the token \"\(token)\" twice, as \(first) and \(id)")
            }
        }
        let named = try NamedTokens(files, ids)
        let end = Int(definition.endOfText)
        guard tokens.indices.contains(end) else {
            throw Self.inexpressible("the end of text \(end) outside its \(vocabularyCount) tokens")
        }
        let begin = definition.prefix.first.map { Int($0) } ?? files.bosID ?? named.bos
        self.init(
            model: "gpt2",
            pre: try Self.preTokenizer(definition),
            tokens: tokens,
            tokenTypes: types,
            merges: definition.merges.map { "\($0.left) \($0.right)" },
            bosID: begin.flatMap { tokens.indices.contains($0) ? $0 : nil },
            eosID: end,
            unknownID: named.unknown,
            paddingID: named.padding,
            addBOS: !definition.prefix.isEmpty,
            chatTemplate: named.chatTemplate
        )
        eotID = try otherEnd(Set(definition.endTokens.map { Int($0) }).union([end]))
    }

    /// The end of a turn to name, so that a reader finds exactly these ends: without it the reader looks for
    /// others by their spelling.
    private func otherEnd(_ ends: Set<Int>) throws -> Int? {
        let others = ends.filter { $0 != eosID && tokens.indices.contains($0) }.sorted()
        if others.count == 1 { return others[0] }
        if Set(endIDs) == ends { return nil }
        guard others.isEmpty else {
            throw Self.inexpressible("\(ends.count) tokens that end a text, and it can name two")
        }
        return eosID
    }

    /// Refuses rules that a reader of the file would not know.
    private static func check(_ definition: TokenizerDefinition, _ added: [AddedToken]) throws {
        guard definition.rawText == nil else {
            throw inexpressible("a vocabulary of plain characters, which is written for byte-level BPE alone")
        }
        let bytes = definition.spellings.filter { ByteAlphabet.spelled($0)?.count == 1 }
        guard definition.unknown == nil || bytes.count >= 256 else {
            throw inexpressible("an unknown token in place of bytes that it lacks")
        }
        guard definition.prefix.count <= 1, definition.suffix.isEmpty else {
            throw inexpressible("tokens around every text other than one at its beginning")
        }
        if let token = added.first(where: { $0.stripsLeft || $0.stripsRight || $0.isSingleWord }) {
            throw inexpressible("the token \"\(token.content)\" that looks at the text next to it")
        }
    }

    /// The name in `tokenizer.ggml.pre` that means exactly these rules.
    private static func preTokenizer(_ definition: TokenizerDefinition) throws -> String {
        let rules = (definition.composesCharacters, definition.takesKnownWordsWhole)
        guard definition.preTokenizer.spelledSteps.isEmpty else {
            throw inexpressible("rules for words after the step to bytes")
        }
        let same = PreTokenizer.named.filter {
            $0.value.steps == definition.preTokenizer.steps
                && ($0.value.composesCharacters, $0.value.takesKnownWordsWhole) == rules
        }
        switch (definition.preTokenizer.steps, rules) {
        case ([.digits(atMost: 1), .gpt2], (false, false)): return "smollm"
        case ([.gpt2], (false, false)): return "gpt-2"
        case ([.llama3(digitsAtMost: 3)], (false, true)): return "llama-bpe"
        case ([.llama3(digitsAtMost: 1)], (true, false)): return "qwen2"
        default:
            guard let name = same.keys.min() else {
                throw inexpressible("rules for words that have no name there")
            }
            return name
        }
    }

    private static func inexpressible(_ found: String) -> EngineError {
        EngineError(
            .tokenizerUnsupported,
            "cannot write the tokenizer into a GGUF file: it has \(found); export the model as a Hugging Face directory"
        )
    }
}

/// What tokenizer_config.json and special_tokens_map.json say besides the end of text.
private struct NamedTokens {
    var bos: Int?
    var unknown: Int?
    var padding: Int?
    var chatTemplate: String?

    init(_ files: HuggingFaceTokenizerFiles, _ ids: [[UInt8]: Int]) throws {
        let config = try Self.parse(files.tokenizerConfig, "tokenizer_config.json")
        let map = try Self.parse(files.specialTokensMap, "special_tokens_map.json")
        func id(_ key: String) -> Int? {
            let names = [config[key], map[key]].compactMap { $0?.string ?? $0?["content"]?.string }
            return names.first.flatMap { ids[Array($0.utf8)] }
        }
        bos = id("bos_token")
        unknown = id("unk_token")
        padding = id("pad_token")
        let inConfig = config["chat_template"]
        let named = inConfig?.array?.first { $0["name"]?.string == "default" }?["template"]
        chatTemplate =
            files.chatTemplate.map { String(decoding: $0, as: UTF8.self) } ?? inConfig?.string
            ?? named?.string
    }

    private static func parse(_ bytes: [UInt8]?, _ name: String) throws -> JSONValue {
        do {
            return try bytes.map { try JSONParser.parse($0) } ?? .null
        } catch {
            throw EngineError(
                .tokenizerUnsupported,
                "cannot read \(name): \(error); save the tokenizer again with a recent transformers",
                cause: error
            )
        }
    }
}
