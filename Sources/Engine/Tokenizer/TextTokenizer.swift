public import Loop

/// Text to token ids and back, equal to what the model was trained with.
public protocol TextTokenizer: Sendable {
    /// The number of ids, 0 to `vocabularyCount` - 1.
    var vocabularyCount: Int { get }
    /// The token that ends a text (EOS).
    var endOfText: Int32 { get }
    /// All tokens that end a text or a turn, `endOfText` among them.
    var endTokens: Set<Int32> { get }
    /// Whether `encode` puts a token before every text (BOS).
    var addsBOS: Bool { get }

    /// The number of tokens that `encode` puts after every text.
    var suffixCount: Int { get }

    /// The ids of a text.
    ///
    /// A control token becomes its id only if the prompt's format wrote all of it: content that spells one
    /// stays text. Which parts are content changes nothing else.
    ///
    /// - Parameters:
    ///   - text: The text and which parts of it are content.
    ///   - addsSpecialTokens: Whether to add what belongs around every text; false for the continuation of
    ///     a prompt.
    /// - Returns: The ids; none for an empty text without such tokens.
    func encode(_ text: PromptText, addsSpecialTokens: Bool) -> [Int32]

    /// The text of tokens; bytes that are not UTF-8 become U+FFFD, one for each maximal part of a character.
    ///
    /// Control tokens are left out unless asked for, ids outside the vocabulary always.
    func decode(_ tokens: [Int32], skipsControl: Bool) -> String

    /// The bytes of a token; none for an id outside the vocabulary.
    func bytes(of token: Int32) -> [UInt8]

    /// The id of a token with exactly this text, added tokens first; nil if there is none.
    func tokenID(_ text: String) -> Int32?

    /// Whether a token is a control token, which has no text.
    func isControl(_ token: Int32) -> Bool
}

extension TextTokenizer {
    /// The ids of a whole text.
    public func encode(_ text: PromptText) -> [Int32] { encode(text, addsSpecialTokens: true) }

    /// The ids of a text that goes on: with what belongs before every text, without what belongs after it.
    public func encodePrompt(_ text: PromptText) -> [Int32] {
        encode(text, addsSpecialTokens: true).dropLast(suffixCount)
    }

    /// The text of tokens without control tokens.
    public func decode(_ tokens: [Int32]) -> String { decode(tokens, skipsControl: true) }

    /// Tokens of a sample: encode(prompt + completion) and one end token, boundary at encode(prompt).count.
    ///
    /// The end token is the one that the prompt's format ends an answer with, else the end of text. What the
    /// file puts after every text is left out: it would stand between prompt and completion.
    ///
    /// A completion that spells a control token has none: what a model wrote must not come back as what it
    /// may not write.
    ///
    /// - Parameters:
    ///   - sample: Prompt and completion.
    ///   - index: Its index in the caller's list.
    ///   - contextLength: The most tokens that the model accepts.
    /// - Returns: The tokens.
    /// - Throws: `EngineError` `invalid_request` when the sequence does not fit.
    package func tokenize(_ sample: TextSample, index: Int, contextLength: Int) throws -> TokenizedSample {
        let promptCount = encodePrompt(sample.prompt).count
        let end = sample.prompt.answerEnd.flatMap { tokenID($0) } ?? endOfText
        let tokens = encodePrompt(sample.text) + [end]
        guard tokens.count <= contextLength else {
            throw EngineError(
                .invalidRequest,
                "sample \(index) has \(tokens.count) tokens, the model accepts \(contextLength); shorten it"
            )
        }
        return TokenizedSample(
            index: index,
            tokens: tokens,
            promptCount: min(promptCount, tokens.count - 1),
            weight: sample.weight
        )
    }
}
