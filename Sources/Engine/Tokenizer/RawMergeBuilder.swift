/// Builds the merges of a vocabulary that is spelled in characters.
struct RawMergeBuilder {
    private let ids: [[UInt8]: Int32]
    private let firstPart: Int32
    /// Characters that are part of a token but none themselves, with ids beyond the vocabulary.
    private(set) var parts: [[UInt8]: Int32] = [:]
    /// Tokens that a merge makes.
    private(set) var made: Set<Int32> = []

    /// Starts with the ids of all tokens.
    init(ids: [[UInt8]: Int32], firstPart: Int32) {
        self.ids = ids
        self.firstPart = firstPart
    }

    /// The merges of a list, in order of rank.
    ///
    /// - Throws: `EngineError` with code `tokenizer_unsupported` for one that the vocabulary lacks.
    mutating func merges(_ list: [(left: String, right: String)]) throws -> MergeTable {
        var table = MergeTable(capacity: list.count)
        for (rank, merge) in list.enumerated() {
            let (left, right) = (Array(merge.left.utf8), Array(merge.right.utf8))
            guard let leftID = ids[left], let rightID = ids[right], let merged = ids[left + right] else {
                throw MergeTable.incomplete(rank, merge)
            }
            table.add(leftID, rightID, rank: rank, merged: merged)
            made.insert(merged)
        }
        return table
    }

    /// Every way to join two tokens, or characters, to a third: the higher its score, the earlier; equal
    /// scores go from left to right.
    mutating func merges(by scores: [Float], without unmade: Set<Int32>) -> MergeTable {
        let wanted = ids.filter { !unmade.contains($0.value) && Int($0.value) < scores.count }
        let order = Set(wanted.values.map { scores[Int($0)] }).sorted(by: >)
        let ranks = Dictionary(order.enumerated().map { ($1, $0) }) { first, _ in first }
        var table = MergeTable(capacity: wanted.count * 2)
        for (word, id) in wanted.sorted(by: { $0.value < $1.value }) {
            let cuts = word.indices.dropFirst().filter { word[$0] & 0xC0 != 0x80 }
            guard let rank = ranks[scores[Int(id)]] else { continue }
            for cut in cuts {
                let (left, right) = (Array(word[..<cut]), Array(word[cut...]))
                guard let leftID = symbol(left, wanted), let rightID = symbol(right, wanted) else { continue }
                table.add(leftID, rightID, rank: rank, merged: id)
                made.insert(id)
            }
        }
        return table
    }

    /// A token that merges make, or a single character.
    private mutating func symbol(_ text: [UInt8], _ wanted: [[UInt8]: Int32]) -> Int32? {
        if let id = wanted[text] ?? parts[text] { return id }
        guard text.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) else { return nil }
        let id = firstPart + Int32(parts.count)
        parts[text] = id
        return id
    }
}

extension MergeTable {
    /// The error for a merge whose parts or result are not in the vocabulary.
    static func incomplete(_ rank: Int, _ merge: (left: String, right: String)) -> EngineError {
        EngineError(
            .tokenizerUnsupported,
            "cannot read the tokenizer: merge \(rank) (\"\(merge.left)\" and \"\(merge.right)\") has a part or"
                + " result that is not in the vocabulary; convert the model again"
        )
    }
}
