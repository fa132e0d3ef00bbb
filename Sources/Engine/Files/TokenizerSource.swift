/// Where a model's tokenizer comes from.
package enum TokenizerSource: Sendable {
    /// Tables in a GGUF file's metadata.
    case gguf(GGUFTokenizerMetadata)
    /// The tokenizer files of a Hugging Face directory.
    case huggingFace(HuggingFaceTokenizerFiles)
}

/// The tokenizer of a GGUF file, as its metadata hold it.
package struct GGUFTokenizerMetadata: Sendable {
    /// `tokenizer.ggml.model`: `gpt2` is byte-level BPE, `llama` and `gemma4` have characters and byte
    /// tokens.
    package var model: String
    /// `tokenizer.ggml.pre`, the name of the pre-tokenizer, such as `smollm`; empty when absent.
    package var pre: String
    /// Tokens by id, in the printable byte alphabet of GPT-2.
    package var tokens: [String]
    /// 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte; as long as `tokens`.
    package var tokenTypes: [Int32]
    /// Merges by rank: two parts with one space between.
    package var merges: [String]
    /// Token that begins a text.
    package var bosID: Int?
    /// Token that ends a text or a turn.
    package var eosID: Int?
    /// Token for what cannot be encoded.
    package var unknownID: Int?
    /// Token that fills a batch.
    package var paddingID: Int?
    /// Token that ends a turn, if it differs from `eosID`.
    package var eotID: Int?
    /// Whether encoding puts `bosID` first.
    package var addBOS: Bool
    /// Whether encoding puts `eosID` last.
    package var addEOS: Bool
    /// Whether a blank is put before a text; of model `llama` alone.
    package var addSpacePrefix: Bool
    /// A score for each token, by which model `llama` merges.
    package var scores: [Float]?
    /// The Jinja template of chats.
    package var chatTemplate: String?

    package init(
        model: String,
        pre: String,
        tokens: [String],
        tokenTypes: [Int32],
        merges: [String],
        bosID: Int? = nil,
        eosID: Int? = nil,
        unknownID: Int? = nil,
        paddingID: Int? = nil,
        eotID: Int? = nil,
        addBOS: Bool = false,
        addEOS: Bool = false,
        addSpacePrefix: Bool = false,
        scores: [Float]? = nil,
        chatTemplate: String? = nil
    ) {
        self.model = model
        self.pre = pre
        self.tokens = tokens
        self.tokenTypes = tokenTypes
        self.merges = merges
        self.bosID = bosID
        self.eosID = eosID
        self.unknownID = unknownID
        self.paddingID = paddingID
        self.eotID = eotID
        self.addBOS = addBOS
        self.addEOS = addEOS
        self.addSpacePrefix = addSpacePrefix
        self.scores = scores
        self.chatTemplate = chatTemplate
    }
}

extension GGUFTokenizerMetadata {
    /// Whether texts begin with the begin token where a file does not say: llama.cpp's defaults.
    package static func addsBOS(model: String, pre: String) -> Bool {
        model == "llama" || (model == "gpt2" && PreTokenizer.named[pre]?.addsBOS == true)
    }

    /// Control tokens that end a text or a turn, as in llama.cpp: most files name one end, and chats of their
    /// model write another.
    private static let endSpellings: Set<String> = [
        "<end_of_turn>", "<|im_end|>", "<|eot_id|>", "<|end|>", "<|end_of_text|>", "<|endoftext|>",
        "<|eom_id|>",
    ]

    /// All tokens that end a text or a turn: those that the file names; without an end of a turn among them
    /// also those known by their spelling.
    package var endIDs: [Int] {
        let named = [eosID, eotID].compactMap { $0 }
        let unnamed = eotID != nil ? [] : spelledEndIDs
        var seen: Set<Int> = []
        return (named + unnamed).filter { seen.insert($0).inserted }
    }

    private var spelledEndIDs: [Int] {
        zip(tokens, tokenTypes).enumerated().compactMap { id, token in
            token.1 == 3 && Self.endSpellings.contains(token.0) ? id : nil
        }
    }
}

/// The tokenizer files of a Hugging Face directory, unparsed.
package struct HuggingFaceTokenizerFiles: Sendable {
    /// `tokenizer.json`.
    package var tokenizerJSON: [UInt8]
    /// `tokenizer_config.json`, if there is one.
    package var tokenizerConfig: [UInt8]?
    /// `special_tokens_map.json`, if there is one.
    package var specialTokensMap: [UInt8]?
    /// `added_tokens.json`, if there is one.
    package var addedTokens: [UInt8]?
    /// `chat_template.jinja`, if there is one.
    package var chatTemplate: [UInt8]?
    /// End-of-text ids of `generation_config.json`, otherwise of `config.json`.
    package var eosIDs: [Int]
    /// Begin-of-text id of `generation_config.json`, otherwise of `config.json`.
    package var bosID: Int?

    package init(
        tokenizerJSON: [UInt8],
        tokenizerConfig: [UInt8]? = nil,
        specialTokensMap: [UInt8]? = nil,
        addedTokens: [UInt8]? = nil,
        chatTemplate: [UInt8]? = nil,
        eosIDs: [Int] = [],
        bosID: Int? = nil
    ) {
        self.tokenizerJSON = tokenizerJSON
        self.tokenizerConfig = tokenizerConfig
        self.specialTokensMap = specialTokensMap
        self.addedTokens = addedTokens
        self.chatTemplate = chatTemplate
        self.eosIDs = eosIDs
        self.bosID = bosID
    }
}
