import Loop

/// What every kind of tokenizer knows of its tokens: their bytes, which are special, where they are cut out.
struct TokenTable: Sendable {
    /// The number of ids.
    let count: Int
    let endOfText: Int32
    let endTokens: Set<Int32>
    let control: Set<Int32>
    let prefix: [Int32]
    let suffix: [Int32]
    /// Ids of added tokens by their content.
    let added: [[UInt8]: Int32]
    let rawMatcher: AddedTokenMatcher
    let normalizedMatcher: AddedTokenMatcher

    /// The bytes of all tokens, one after another.
    private let tokenBytes: [UInt8]
    /// Where each token's bytes start, and the end of all.
    private let tokenOffsets: [Int]

    /// Indexes a definition.
    ///
    /// - Parameters:
    ///   - definition: The definition.
    ///   - words: The text of each id that is not an added token.
    ///   - text: The text of an added token, from what it is spelled.
    ///   - normalize: What is done to added tokens that are cut out of normalized text.
    /// - Throws: `EngineError` with code `tokenizer_unsupported` for an id outside the vocabulary.
    init(
        _ definition: TokenizerDefinition,
        words: [[UInt8]],
        text: (String) -> [UInt8],
        normalize: (String) -> String
    ) throws {
        let tokens = definition.addedTokens + definition.normalizedAddedTokens
        let count = max(words.count, tokens.map { Int($0.id) + 1 }.max() ?? 0)
        var bytes = words + [[UInt8]](repeating: [], count: count - words.count)
        var added: [[UInt8]: Int32] = [:]
        for token in tokens {
            added[Array(token.content.utf8)] = token.id
            bytes[Int(token.id)] = text(token.content)
        }
        let named = definition.prefix + definition.suffix + definition.endTokens + [definition.endOfText]
        if let outside = named.first(where: { !(0..<count).contains(Int($0)) }) {
            throw EngineError(
                .tokenizerUnsupported,
                "cannot read the tokenizer: special token id \(outside) is outside the vocabulary of \(count);"
                    + " convert the model again"
            )
        }
        self.count = count
        self.added = added
        endOfText = definition.endOfText
        endTokens = Set(definition.endTokens + [definition.endOfText])
        control = Set(tokens.filter(\.isControl).map(\.id))
        tokenBytes = Array(bytes.joined())
        tokenOffsets = bytes.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        prefix = definition.prefix
        suffix = definition.suffix
        // What ends a text or is put around it is as dangerous in content as what is marked as control.
        let reserved = Set(prefix + suffix).union(endTokens).union(control)
        rawMatcher = AddedTokenMatcher(definition.addedTokens, reserved: reserved)
        normalizedMatcher = AddedTokenMatcher(
            definition.normalizedAddedTokens.map {
                var token = $0
                token.content = normalize(token.content)
                return token
            },
            reserved: reserved
        )
    }

    /// The bytes of a token; none outside the vocabulary.
    func slice(of token: Int32) -> ArraySlice<UInt8> {
        guard (0..<count).contains(Int(token)) else { return [] }
        return tokenBytes[tokenOffsets[Int(token)]..<tokenOffsets[Int(token) + 1]]
    }

    /// The bytes of tokens, without control tokens if asked.
    func bytes(of tokens: [Int32], skipsControl: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        for token in tokens where !(skipsControl && control.contains(token)) { bytes += slice(of: token) }
        return bytes
    }

    /// The ids of a text: added tokens are cut out, before and after it is normalized; what is left is
    /// encoded.
    func encode(
        _ text: PromptText,
        addsSpecialTokens: Bool,
        normalize: (PromptText) -> PromptText,
        encode: (_ text: String, _ isFirst: Bool, _ ids: inout [Int32]) -> Void
    ) -> [Int32] {
        var ids = addsSpecialTokens ? prefix : []
        var isFirst = true
        for segment in rawMatcher.segments(of: text) {
            switch segment {
            case .token(let id): ids.append(id)
            case .text(let text):
                for segment in normalizedMatcher.segments(of: normalize(text)) {
                    switch segment {
                    case .token(let id): ids.append(id)
                    case .text(let text): encode(text.text, isFirst, &ids)
                    }
                    isFirst = false
                }
            }
            isFirst = false
        }
        if addsSpecialTokens { ids += suffix }
        return ids
    }
}
