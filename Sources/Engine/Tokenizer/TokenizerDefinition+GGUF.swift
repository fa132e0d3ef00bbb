extension TokenizerDefinition {
    /// Reads the tables of a GGUF file.
    ///
    /// What the format leaves out is what each family's own tokenizer.json says: Llama 3 takes known words
    /// whole, Qwen 2 composes characters.
    init(_ metadata: GGUFTokenizerMetadata) throws {
        let named = try Self.rules(metadata)
        guard metadata.tokenTypes.count == metadata.tokens.count else {
            throw EngineError(
                .tokenizerUnsupported,
                "cannot read the tokenizer: \(metadata.tokens.count) tokens but \(metadata.tokenTypes.count) types;"
                    + " convert the model again"
            )
        }
        guard let end = metadata.eosID ?? metadata.eotID else {
            throw EngineError(
                .tokenizerUnsupported,
                "cannot read the tokenizer: no end-of-text token; set tokenizer.ggml.eos_token_id"
            )
        }

        var spellings = metadata.tokens
        var added: [AddedToken] = []
        for (id, type) in metadata.tokenTypes.enumerated() where type != 1 {
            // 2 unknown, 3 control, 4 user defined; unused (5) and byte (6) tokens are made by no text.
            if named != nil || type != 6 { spellings[id] = "" }
            if (2...4).contains(type) {
                added.append(AddedToken(id: Int32(id), content: metadata.tokens[id], isControl: type != 4))
            }
        }
        self.init(
            spellings: spellings,
            merges: try metadata.merges.map(Self.merge),
            addedTokens: added,
            composesCharacters: named?.composesCharacters ?? false,
            preTokenizer: PreTokenizer(steps: named?.steps ?? []),
            takesKnownWordsWhole: named?.takesKnownWordsWhole ?? false,
            prefix: metadata.addBOS ? [metadata.bosID ?? -1].map { Int32(clamping: $0) } : [],
            suffix: metadata.addEOS ? [Int32(clamping: end)] : [],
            endOfText: Int32(clamping: end),
            endTokens: metadata.endIDs.map { Int32(clamping: $0) }
        )
        if named == nil { try readRawText(metadata) }
    }

    /// The rules of byte-level BPE by the file's name for them; nil for a vocabulary of plain characters.
    private static func rules(_ metadata: GGUFTokenizerMetadata) throws -> NamedRules? {
        switch metadata.model {
        case "llama", "gemma4": return nil
        case "gpt2": break
        default:
            throw unsupported(
                "model \"\(metadata.model)\"",
                supported: "gpt2 (byte-level BPE), llama and gemma4 (BPE with byte tokens)"
            )
        }
        guard !metadata.pre.isEmpty else {
            throw EngineError(
                .tokenizerUnsupported,
                "cannot use the tokenizer: the file does not say how words are cut (tokenizer.ggml.pre is missing); "
                    + "convert the model again, or name the rules with gguf-new-metadata --pre-tokenizer NAME"
            )
        }
        guard let rules = PreTokenizer.named[metadata.pre] else {
            throw unsupported(
                "pre-tokenizer \"\(metadata.pre)\"",
                supported: PreTokenizer.named.keys.sorted().joined(separator: ", ")
            )
        }
        return rules
    }

    private static func merge(_ merge: String) throws -> (left: String, right: String) {
        let parts = merge.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw EngineError(
                .tokenizerUnsupported,
                "cannot read the tokenizer: merge \"\(merge)\" has \(parts.count) parts instead of 2;"
                    + " convert the model again"
            )
        }
        return (left: String(parts[0]), right: String(parts[1]))
    }

    /// The rules of models `llama` (scores) and `gemma4` (merges).
    private mutating func readRawText(_ metadata: GGUFTokenizerMetadata) throws {
        var rules = RawTextRules()
        rules.unmade = Set(
            metadata.tokenTypes.enumerated().filter { $0.element != 1 }.map { Int32($0.offset) }
        )
        rules.rewrites = [.replace(" ", with: RawTextRules.blank)]
        fallsBackToBytes = true
        unknown = metadata.unknownID.map { UnknownToken(id: Int32(clamping: $0), isFused: true) }
        if metadata.model == "gemma4" {
            rules.takesLineBreaksWhole = true
            preTokenizer = PreTokenizer(steps: [.pattern(try Self.lines(), .isolated)])
        } else {
            guard let scores = metadata.scores, scores.count == metadata.tokens.count else {
                throw EngineError(
                    .tokenizerUnsupported,
                    "cannot read the tokenizer: tokenizer.ggml.scores has \(metadata.scores?.count ?? 0) numbers for"
                        + " \(metadata.tokens.count) tokens; convert the model again"
                )
            }
            rules.scores = scores
            rules.stripsFirstBlank = metadata.addSpacePrefix
            if metadata.addSpacePrefix { rules.rewrites.insert(.prepend(RawTextRules.blank), at: 0) }
        }
        rawText = rules
    }

    /// Lines and the breaks between them.
    private static func lines() throws -> WordPattern {
        do {
            return try WordPattern(#"[^\n]+|[\n]+"#)
        } catch {
            throw unsupported("a pattern that does not compile: \(error)", supported: "other patterns")
        }
    }
}
