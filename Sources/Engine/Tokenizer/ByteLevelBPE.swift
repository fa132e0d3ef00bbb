import Foundation
public import Loop

/// A byte-level byte-pair encoding.
///
/// Encoding cuts out control tokens that the prompt's format wrote, cuts the rest into words
/// (`PreTokenizer`), spells each word in bytes and merges pairs by rank (`MergeTable`). A byte that the
/// vocabulary lacks is left out, as the reference implementations do; SmolLM2, for one, lacks 21 bytes, all
/// of them control characters or bytes that few texts contain.
public struct ByteLevelBPE: TextTokenizer {
    /// The number of ids.
    public let vocabularyCount: Int
    /// The token that ends a text (EOS).
    public let endOfText: Int32
    /// All tokens that end a text or a turn.
    public let endTokens: Set<Int32>

    /// The bytes of all tokens, one after another.
    private let tokenBytes: [UInt8]
    /// Where each token's bytes start, and the end of all.
    private let tokenOffsets: [Int]
    private let ids: IDs
    private let merges: MergeTable
    private let preTokenizer: PreTokenizer
    private let rawMatcher: AddedTokenMatcher
    private let normalizedMatcher: AddedTokenMatcher
    private let composesCharacters: Bool
    private let takesKnownWordsWhole: Bool
    private let prefix: [Int32]
    private let suffix: [Int32]
    private let cache = WordCache()

    /// Ids by what they spell: words and added tokens are kept apart.
    private struct IDs {
        let words: [[UInt8]: Int32]
        let added: [[UInt8]: Int32]
        let control: Set<Int32>
        /// The id of each single byte, -1 if the vocabulary lacks it.
        let bytes: [Int32]
    }

    /// Indexes a definition.
    ///
    /// Throws `EngineError` with code `tokenizer_unsupported` for data that contradict themselves.
    init(_ definition: TokenizerDefinition) throws {
        let added = definition.addedTokens + definition.normalizedAddedTokens
        let highest = added.map { Int($0.id) + 1 }.max() ?? 0
        let count = max(definition.spellings.count, highest)
        var bytes = definition.spellings.map(ByteAlphabet.bytes(of:))
        bytes += [[UInt8]](repeating: [], count: count - bytes.count)
        // Words and added tokens are kept apart: text that merely spells a control token has no such id.
        var addedIDs: [[UInt8]: Int32] = [:]
        for token in added {
            bytes[Int(token.id)] = []
            addedIDs[Array(token.content.utf8)] = token.id
        }
        var wordIDs: [[UInt8]: Int32] = [:]
        wordIDs.reserveCapacity(count)
        for (id, word) in bytes.enumerated() where !word.isEmpty { wordIDs[word] = Int32(id) }
        for token in added { bytes[Int(token.id)] = Array(token.content.utf8) }

        var merges = MergeTable(capacity: definition.merges.count)
        for (rank, merge) in definition.merges.enumerated() {
            let left = ByteAlphabet.bytes(of: merge.left)
            let right = ByteAlphabet.bytes(of: merge.right)
            guard let leftID = wordIDs[left], let rightID = wordIDs[right], let merged = wordIDs[left + right]
            else {
                throw EngineError(
                    .tokenizerUnsupported,
                    "cannot read the tokenizer: merge \(rank) (\"\(merge.left)\" and \"\(merge.right)\") has a part or"
                        + " result that is not in the vocabulary; convert the model again"
                )
            }
            merges.add(leftID, rightID, rank: rank, merged: merged)
        }
        let outside = (definition.prefix + definition.suffix + definition.endTokens + [definition.endOfText])
            .first { !(0..<count).contains(Int($0)) }
        if let outside {
            throw EngineError(
                .tokenizerUnsupported,
                "cannot read the tokenizer: special token id \(outside) is outside the vocabulary of \(count);"
                    + " convert the model again"
            )
        }

        vocabularyCount = count
        endOfText = definition.endOfText
        endTokens = Set(definition.endTokens + [definition.endOfText])
        tokenBytes = Array(bytes.joined())
        tokenOffsets = bytes.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        ids = IDs(
            words: wordIDs,
            added: addedIDs,
            control: Set(added.filter(\.isControl).map(\.id)),
            bytes: (0...255).map { wordIDs[[$0]] ?? -1 }
        )
        self.merges = merges
        preTokenizer = definition.preTokenizer
        // What ends a text or is put around it is as dangerous in content as what is marked as control.
        let reserved = Set(definition.prefix + definition.suffix).union(endTokens).union(ids.control)
        rawMatcher = AddedTokenMatcher(definition.addedTokens, reserved: reserved)
        composesCharacters = definition.composesCharacters
        normalizedMatcher = AddedTokenMatcher(
            definition.normalizedAddedTokens.map {
                var token = $0
                if definition.composesCharacters {
                    token.content = token.content.precomposedStringWithCanonicalMapping
                }
                return token
            },
            reserved: reserved
        )
        takesKnownWordsWhole = definition.takesKnownWordsWhole
        prefix = definition.prefix
        suffix = definition.suffix
    }

    /// Whether there is a token before every text.
    public var addsBOS: Bool { !prefix.isEmpty }

    /// The ids of a text.
    public func encode(_ text: PromptText, addsSpecialTokens: Bool = true) -> [Int32] {
        var ids = addsSpecialTokens ? prefix : []
        for segment in rawMatcher.segments(of: text) {
            switch segment {
            case .token(let id): ids.append(id)
            case .text(let text):
                encodeNormalized(composesCharacters ? text.composed() : text, into: &ids)
            }
        }
        if addsSpecialTokens { ids += suffix }
        return ids
    }

    /// The text of tokens.
    public func decode(_ tokens: [Int32], skipsControl: Bool = true) -> String {
        var bytes: [UInt8] = []
        for token in tokens where !(skipsControl && isControl(token)) { bytes += slice(of: token) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes of a token.
    public func bytes(of token: Int32) -> [UInt8] { Array(slice(of: token)) }

    /// The id of a token with exactly this text.
    public func tokenID(_ text: String) -> Int32? {
        let bytes = Array(text.utf8)
        return ids.added[bytes] ?? ids.words[bytes]
    }

    /// Whether a token is a control token.
    public func isControl(_ token: Int32) -> Bool { ids.control.contains(token) }

    private func slice(of token: Int32) -> ArraySlice<UInt8> {
        guard (0..<vocabularyCount).contains(Int(token)) else { return [] }
        return tokenBytes[tokenOffsets[Int(token)]..<tokenOffsets[Int(token) + 1]]
    }

    private func encodeNormalized(_ text: PromptText, into ids: inout [Int32]) {
        for segment in normalizedMatcher.segments(of: text) {
            switch segment {
            case .token(let id): ids.append(id)
            case .text(let text):
                let classified = ClassifiedText(text.text)
                preTokenizer.forEachWord(in: classified) { range in
                    let word = classified.bytes(of: range)
                    ids += cache.ids(of: word) { mergedIDs(of: word) }
                }
            }
        }
    }

    private func mergedIDs(of word: ArraySlice<UInt8>) -> [Int32] {
        if takesKnownWordsWhole, let id = ids.words[Array(word)] { return [id] }
        return merges.merge(word.map { ids.bytes[Int($0)] }.filter { $0 >= 0 })
    }
}

extension PromptText {
    /// The text in Unicode's composed form (NFC), its marks moved along.
    ///
    /// A character that is content in part counts as content. If characters compose across a mark anyway,
    /// all of it does: no control token may come out of that.
    fileprivate func composed() -> PromptText {
        let whole = text.precomposedStringWithCanonicalMapping
        if whole.utf8.elementsEqual(text.utf8) { return self }
        guard !contentRanges.isEmpty else { return PromptText(format: whole) }
        var (parts, offset): (PromptText, Int) = ("", 0)
        for character in text {
            let count = character.utf8.count
            let composed = String(character).precomposedStringWithCanonicalMapping
            let isFormat = isFormat(offset..<offset + count)
            parts += isFormat ? PromptText(format: composed) : PromptText(content: composed)
            offset += count
        }
        return parts.text.utf8.elementsEqual(whole.utf8) ? parts : PromptText(content: whole)
    }
}
