import Foundation
public import Loop

/// A byte-level byte-pair encoding.
///
/// Encoding cuts out control tokens that the prompt's format wrote, cuts the rest into words
/// (`PreTokenizer`), spells each word in bytes and merges pairs by rank (`MergeTable`). A byte that the
/// vocabulary lacks becomes the unknown token; without one it is left out, as the reference implementations
/// do. SmolLM2, for one, lacks 21 bytes, all of them control characters or bytes that few texts contain.
public struct ByteLevelBPE: TextTokenizer {
    private let table: TokenTable
    private let words: [[UInt8]: Int32]
    /// The id of each single byte, -1 if the vocabulary lacks it.
    private let byteIDs: [Int32]
    private let merges: MergeTable
    private let rules: Rules
    private let cache = WordCache()

    private struct Rules {
        let preTokenizer: PreTokenizer
        let composesCharacters: Bool
        let takesKnownWordsWhole: Bool
        let unknown: UnknownToken?
    }

    /// Indexes a definition.
    ///
    /// Throws `EngineError` with code `tokenizer_unsupported` for data that contradict themselves.
    init(_ definition: TokenizerDefinition) throws {
        let bytes = definition.spellings.map(ByteAlphabet.bytes(of:))
        let composes = definition.composesCharacters
        table = try TokenTable(definition, words: bytes, text: { Array($0.utf8) }) {
            composes ? $0.precomposedStringWithCanonicalMapping : $0
        }
        var ids: [[UInt8]: Int32] = [:]
        ids.reserveCapacity(bytes.count)
        // What is not spelled in bytes has a text but is made by none, though merges may name it.
        let spelled = definition.spellings.map { $0.isEmpty ? nil : ByteAlphabet.spelled($0) }
        for (id, word) in spelled.enumerated() {
            if let word { ids[word] = Int32(id) }
        }
        let others = Set(zip(definition.spellings, spelled).filter { $1 == nil }.map { Array($0.0.utf8) })
        var made: Set<Int32> = []
        var merges = MergeTable(capacity: definition.merges.count)
        for (rank, merge) in definition.merges.enumerated() {
            guard let left = ByteAlphabet.spelled(merge.left), let right = ByteAlphabet.spelled(merge.right)
            else {
                guard others.contains(Array((merge.left + merge.right).utf8)) else {
                    throw MergeTable.incomplete(rank, merge)
                }
                continue
            }
            guard let leftID = ids[left], let rightID = ids[right], let merged = ids[left + right] else {
                throw MergeTable.incomplete(rank, merge)
            }
            merges.add(leftID, rightID, rank: rank, merged: merged)
            made.insert(merged)
        }
        // An added token may be a word as well, such as "!". Text that merely spells another one has no such
        // id: merges do not make it.
        for token in definition.addedTokens + definition.normalizedAddedTokens
        where spelled.indices.contains(Int(token.id)) && !made.contains(token.id) {
            if let word = spelled[Int(token.id)], word.count > 1 { ids[word] = nil }
        }
        words = ids
        byteIDs = (0...255).map { ids[[$0]] ?? -1 }
        self.merges = merges
        rules = Rules(
            preTokenizer: definition.preTokenizer,
            composesCharacters: composes,
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
            rules.composesCharacters ? $0.composed() : $0
        } encode: { text, _, ids in
            rules.preTokenizer.forEachWord(in: text) { word in
                ids += cache.ids(of: word) { mergedIDs(of: word) }
            }
        }
    }

    /// The text of tokens.
    public func decode(_ tokens: [Int32], skipsControl: Bool = true) -> String {
        String(decoding: table.bytes(of: tokens, skipsControl: skipsControl), as: UTF8.self)
    }

    /// The bytes of a token.
    public func bytes(of token: Int32) -> [UInt8] { Array(table.slice(of: token)) }

    /// The id of a token with exactly this text.
    public func tokenID(_ text: String) -> Int32? {
        let bytes = Array(text.utf8)
        return table.added[bytes] ?? words[bytes]
    }

    /// Whether a token is a control token.
    public func isControl(_ token: Int32) -> Bool { table.control.contains(token) }

    private func mergedIDs(of word: ArraySlice<UInt8>) -> [Int32] {
        if rules.takesKnownWordsWhole, let id = words[Array(word)], !isControl(id) { return [id] }
        guard let unknown = rules.unknown else {
            return merges.merge(word.map { byteIDs[Int($0)] }.filter { $0 >= 0 })
        }
        var symbols = SymbolList(unknown: unknown)
        for byte in word { symbols.add(byteIDs[Int(byte)]) }
        return merges.merge(symbols.finished())
    }
}
