import Synchronization

/// The ids of words met before, so that common words are merged once.
final class WordCache: Sendable {
    /// Longer words are rare and would mean that the bound on entries does not bound memory.
    private static let maximumByteCount = 48
    private static let maximumEntryCount = 1 << 16

    private let entries = Mutex<[ArraySlice<UInt8>: [Int32]]>([:])

    /// The word's ids, computed and remembered at the first call; a full cache is emptied.
    func ids(of word: ArraySlice<UInt8>, orCompute compute: () -> [Int32]) -> [Int32] {
        guard word.count <= Self.maximumByteCount else { return compute() }
        if let known = entries.withLock({ $0[word] }) { return known }
        let ids = compute()
        // The copy does not keep the text that the slice belongs to.
        let key = ArraySlice(Array(word))
        entries.withLock {
            if $0.count >= Self.maximumEntryCount { $0.removeAll(keepingCapacity: true) }
            $0[key] = ids
        }
        return ids
    }
}
