public import Loop

/// A byte-pair encoding of characters, with a token for each byte of those it lacks: the SentencePiece kind
/// of Llama 2, Mistral and Gemma.
///
/// Blanks are spelled U+2581. Encoding cuts out control tokens that the prompt's format wrote, rewrites the
/// rest (`RawTextRules`), cuts it into words where the file says so, and merges pairs by rank; a whole text
/// may be one word.
///
/// Source: Kudo, Richardson 2018; llama.cpp's `src/llama-vocab.cpp`; the library `tokenizers`, `models/bpe`.
public struct ByteFallbackBPE: TextTokenizer {
    private let table: TokenTable
    private let words: [[UInt8]: Int32]
    private let merges: MergeTable
    /// Symbols beyond the vocabulary: characters that only longer tokens contain.
    private let parts: [[UInt8]: Int32]
    private let partBytes: [[UInt8]]
    /// The token of each byte, -1 without one.
    private let byteTokens: [Int32]
    private let rules: RawTextRules
    private let preTokenizer: PreTokenizer
    private let choices: Choices
    private let cache = WordCache()

    private struct Choices {
        let takesKnownWordsWhole: Bool
        let unknown: UnknownToken?
    }

    /// Indexes a definition.
    ///
    /// Throws `EngineError` with code `tokenizer_unsupported` for data that contradict themselves.
    init(_ definition: TokenizerDefinition, _ rules: RawTextRules) throws {
        var byteTokens = [Int32](repeating: -1, count: 256)
        var ids: [[UInt8]: Int32] = [:]
        ids.reserveCapacity(definition.spellings.count)
        var texts: [[UInt8]] = []
        texts.reserveCapacity(definition.spellings.count)
        for (id, spelling) in definition.spellings.enumerated() {
            let byte = definition.fallsBackToBytes ? Self.byte(spelling) : nil
            if let byte { byteTokens[Int(byte)] = Int32(id) }
            if !spelling.isEmpty { ids[Array(spelling.utf8)] = Int32(id) }
            texts.append(byte.map { [$0] } ?? Self.text(spelling))
        }
        table = try TokenTable(definition, words: texts, text: Self.text) {
            rules.rewritten(PromptText(format: $0)).text
        }
        var builder = RawMergeBuilder(ids: ids, firstPart: Int32(clamping: table.count))
        if let scores = rules.scores {
            merges = builder.merges(by: scores, without: rules.unmade)
        } else {
            merges = try builder.merges(definition.merges)
        }
        parts = builder.parts
        partBytes = parts.sorted { $0.value < $1.value }.map(\.key)
        // Text that merely spells an added token has no such id, unless merges make it.
        for token in definition.addedTokens + definition.normalizedAddedTokens {
            let spelling = Array(token.content.utf8)
            if token.content.unicodeScalars.count > 1, !builder.made.contains(token.id) {
                ids[spelling] = nil
            }
        }
        for id in rules.unmade { ids[Array(definition.spellings[Int(id)].utf8)] = nil }
        words = ids
        self.byteTokens = byteTokens
        self.rules = rules
        preTokenizer = definition.preTokenizer
        choices = Choices(
            takesKnownWordsWhole: definition.takesKnownWordsWhole,
            unknown: definition.unknown
        )
    }

    /// The number of ids.
    public var vocabularyCount: Int { table.count }

    /// The token that ends a text (EOS).
    public var endOfText: Int32 { table.endOfText }

    /// All tokens that end a text or a turn.
    public var endTokens: Set<Int32> { table.endTokens }

    /// Whether there is a token before every text.
    public var addsBOS: Bool { !table.prefix.isEmpty }

    /// The number of tokens after every text.
    public var suffixCount: Int { table.suffix.count }

    /// The ids of a text.
    public func encode(_ text: PromptText, addsSpecialTokens: Bool = true) -> [Int32] {
        table.encode(text, addsSpecialTokens: addsSpecialTokens) {
            rules.rewritten($0)
        } encode: { text, isFirst, ids in
            let spelled = rules.withBlanks(text, isFirst: isFirst)
            preTokenizer.forEachWord(in: spelled) { word in
                for piece in pieces(of: word) { ids += cache.ids(of: piece) { mergedIDs(of: piece) } }
            }
        }
    }

    /// The text of tokens; the blank that stands before a whole text is left out.
    public func decode(_ tokens: [Int32], skipsControl: Bool = true) -> String {
        var bytes = table.bytes(of: tokens, skipsControl: skipsControl)[...]
        if rules.stripsFirstBlank, bytes.first == UInt8(ascii: " ") { bytes = bytes.dropFirst() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes of a token; a blank before a text's first word is part of its token.
    public func bytes(of token: Int32) -> [UInt8] { Array(table.slice(of: token)) }

    /// The id of a token with exactly this text, blanks as they are or spelled U+2581.
    public func tokenID(_ text: String) -> Int32? {
        let bytes = Array(text.utf8)
        let spelled = PromptText(format: text).replacing([0x20], with: RawTextRules.blank).text
        return table.added[bytes] ?? words[bytes] ?? words[Array(spelled.utf8)]
    }

    /// Whether a token is a control token.
    public func isControl(_ token: Int32) -> Bool { table.control.contains(token) }

    /// A word cut before each sign for a blank, if the file says so.
    private func pieces(of word: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        guard rules.splitsAtBlanks else { return [word] }
        var (pieces, start): ([ArraySlice<UInt8>], Int) = ([], word.startIndex)
        let blank = Array(RawTextRules.blank.utf8)
        for index in word.indices where index > start && word[index] == blank[0] {
            guard word[index...].starts(with: blank) else { continue }
            pieces.append(word[start..<index])
            start = index
        }
        return pieces + [word[start...]]
    }

    private func mergedIDs(of word: ArraySlice<UInt8>) -> [Int32] {
        let isWhole =
            choices.takesKnownWordsWhole
            || (rules.takesLineBreaksWhole && word.allSatisfy { $0 == UInt8(ascii: "\n") })
        if isWhole, let id = words[Array(word)], !isControl(id) { return [id] }
        var symbols = SymbolList(unknown: choices.unknown)
        var start = word.startIndex
        while start < word.endIndex {
            let end = min(start + Self.width(word[start]), word.endIndex)
            let character = Array(word[start..<end])
            start = end
            if let id = words[character] ?? parts[character] {
                symbols.add(id)
            } else if let bytes = fallback(character) {
                symbols.add(bytes: bytes)
            } else {
                symbols.add(-1)
            }
        }
        let ids = merges.merge(symbols.finished())
        guard !parts.isEmpty, ids.contains(where: { Int($0) >= table.count }) else { return ids }
        // A part that was not merged is a character that the vocabulary lacks.
        var whole = SymbolList(unknown: choices.unknown)
        for id in ids {
            guard Int(id) >= table.count else {
                whole.add(id)
                continue
            }
            if let bytes = fallback(partBytes[Int(id) - table.count]) {
                whole.add(bytes: bytes)
            } else {
                whole.add(-1)
            }
        }
        return whole.finished()
    }

    /// The byte tokens of a character; nil unless there is one for each.
    private func fallback(_ character: [UInt8]) -> [Int32]? {
        let tokens = character.map { byteTokens[Int($0)] }
        return tokens.allSatisfy { $0 >= 0 } ? tokens : nil
    }

    private static func width(_ lead: UInt8) -> Int {
        lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
    }

    /// The byte that a token such as `<0x0A>` stands for.
    static func byte(_ spelling: String) -> UInt8? {
        let text = Array(spelling.utf8)
        guard text.count == 6, text.starts(with: "<0x".utf8), text[5] == UInt8(ascii: ">") else { return nil }
        let digits = String(decoding: text[3..<5], as: UTF8.self)
        return digits == digits.uppercased() ? UInt8(digits, radix: 16) : nil
    }

    private static func text(_ spelling: String) -> [UInt8] {
        Array(PromptText(format: spelling).replacing(Array(RawTextRules.blank.utf8), with: " ").text.utf8)
    }
}
