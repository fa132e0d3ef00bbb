/// The token for what the vocabulary lacks.
struct UnknownToken: Hashable, Sendable {
    /// The token.
    var id: Int32
    /// Whether neighbours become one.
    var isFused: Bool
}

/// The symbols of a word before merging, with unknown tokens as the library `tokenizers` places them.
struct SymbolList {
    private let unknown: UnknownToken?
    private var symbols: [Int32] = []
    private var isPending = false

    /// Starts a word.
    init(unknown: UnknownToken?) { self.unknown = unknown }

    /// Adds a symbol; a negative one is unknown.
    mutating func add(_ symbol: Int32) {
        guard symbol < 0 else {
            flush()
            symbols.append(symbol)
            return
        }
        guard let unknown else { return }
        if isPending, !unknown.isFused { symbols.append(unknown.id) }
        isPending = true
    }

    /// Adds the bytes of a character; an unknown token before them comes after them, as it does there.
    mutating func add(bytes: [Int32]) { symbols += bytes }

    /// All symbols.
    mutating func finished() -> [Int32] {
        flush()
        return symbols
    }

    private mutating func flush() {
        if isPending, let unknown { symbols.append(unknown.id) }
        isPending = false
    }
}
