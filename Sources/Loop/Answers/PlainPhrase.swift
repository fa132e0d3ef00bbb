/// A phrase to look for in `PlainBytes`.
struct PlainPhrase {
    /// Its bytes, letters in lower case.
    let bytes: [UInt8]
    /// Its bytes as they are.
    let exact: [UInt8]

    /// Fails unless the phrase is printable ASCII of at most 255 bytes that begins and ends with something to
    /// see.
    init?(_ text: String) {
        exact = Array(text.utf8)
        guard exact.allSatisfy({ (0x20...0x7E).contains($0) }), let first = exact.first, first != 0x20,
            exact.last != 0x20, exact.count <= 255
        else { return nil }
        bytes = exact.map(Self.lowered)
    }

    /// The byte, a letter in lower case.
    static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
