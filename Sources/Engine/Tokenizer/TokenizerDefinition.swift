/// What the supported file formats say about a tokenizer, in one shape.
struct TokenizerDefinition {
    /// The spelling of each id, in the byte alphabet unless `rawText` is given; empty for ids that no text
    /// makes.
    var spellings: [String]
    /// The merges in order of rank.
    var merges: [(left: String, right: String)]
    /// Tokens cut out of the raw text.
    var addedTokens: [AddedToken] = []
    /// Tokens cut out after normalization.
    var normalizedAddedTokens: [AddedToken] = []
    /// Whether text is brought into Unicode's composed form (NFC) first.
    var composesCharacters = false
    /// How text is cut into words.
    var preTokenizer: PreTokenizer
    /// Whether a word that is itself in the vocabulary is not merged but taken whole.
    var takesKnownWordsWhole = false
    /// Tokens put before every text.
    var prefix: [Int32] = []
    /// Tokens put after every text.
    var suffix: [Int32] = []
    /// The token that ends a text.
    var endOfText: Int32
    /// Other tokens that end a text or a turn.
    var endTokens: [Int32] = []
    /// The token for what the vocabulary lacks; nil if it is left out.
    var unknown: UnknownToken?
    /// Whether a character that the vocabulary lacks becomes tokens such as `<0x0A>`.
    var fallsBackToBytes = false
    /// How text is read if the vocabulary is spelled in plain characters; nil for the byte alphabet.
    var rawText: RawTextRules?
}

extension TokenizerDefinition {
    /// Reads either source.
    init(_ source: TokenizerSource) throws {
        switch source {
        case .gguf(let metadata): try self.init(metadata)
        case .huggingFace(let files): try self.init(files)
        }
    }
}
