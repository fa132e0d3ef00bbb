extension TokenizerDefinition {
    /// The pre-tokenizers by their names in `tokenizer.ggml.pre`.
    private static let preTokenizers: [String: [PreTokenizer.Step]] = [
        "smollm": [.digits(atMost: 1), .gpt2],
        "gpt-2": [.gpt2],
        "gpt2": [.gpt2],
        "default": [.gpt2],
        "llama-bpe": [.llama3(digitsAtMost: 3)],
        "llama3": [.llama3(digitsAtMost: 3)],
        "qwen2": [.llama3(digitsAtMost: 1)],
    ]

    /// Reads the tables of a GGUF file.
    ///
    /// What the format leaves out is what each family's own tokenizer.json says: Llama 3 takes known words
    /// whole, Qwen 2 composes characters.
    init(_ metadata: GGUFTokenizerMetadata) throws {
        guard metadata.model == "gpt2" else {
            throw Self.unsupported("model \"\(metadata.model)\"", supported: "gpt2 (byte-level BPE)")
        }
        let pre = metadata.pre.isEmpty ? "default" : metadata.pre
        guard let steps = Self.preTokenizers[pre] else {
            let names = Self.preTokenizers.keys.sorted().joined(separator: ", ")
            throw Self.unsupported("pre-tokenizer \"\(pre)\"", supported: names)
        }
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
            spellings[id] = ""
            if (2...4).contains(type) {
                added.append(AddedToken(id: Int32(id), content: metadata.tokens[id], isControl: type != 4))
            }
        }
        let merges = try metadata.merges.map { merge in
            let parts = merge.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw EngineError(
                    .tokenizerUnsupported,
                    "cannot read the tokenizer: merge \"\(merge)\" has \(parts.count) parts instead of 2;"
                        + " convert the model again"
                )
            }
            return (left: String(parts[0]), right: String(parts[1]))
        }
        self.init(
            spellings: spellings,
            merges: merges,
            addedTokens: added,
            composesCharacters: pre == "qwen2",
            preTokenizer: PreTokenizer(steps: steps),
            takesKnownWordsWhole: steps == [.llama3(digitsAtMost: 3)],
            prefix: metadata.addBOS ? [metadata.bosID ?? -1].map { Int32(clamping: $0) } : [],
            endOfText: Int32(clamping: end),
            endTokens: [metadata.eotID].compactMap { $0 }.map { Int32(clamping: $0) }
        )
    }
}
