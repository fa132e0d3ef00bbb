/// Reads little-endian fields of a GGUF file in order and refuses to step over its end.
struct GGUFCursor {
    /// Longest string accepted, in bytes.
    static let mostStringBytes: UInt64 = 1 << 26
    /// Most elements of one array.
    static let mostElements: UInt64 = 1 << 24

    let file: MappedFile
    private(set) var offset = 0
    /// What is being read, for messages.
    var field = "header"

    init(file: MappedFile) {
        self.file = file
    }

    /// Bytes not read yet.
    var remaining: Int { file.bytes.count - offset }

    /// Takes one fixed-width number.
    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws -> Number {
        let width = MemoryLayout<Number>.size
        try require(width)
        let value = file.bytes.loadUnaligned(fromByteOffset: offset, as: Number.self)
        offset += width
        return Number(littleEndian: value)
    }

    /// Takes a length-prefixed UTF-8 string.
    mutating func string() throws -> String {
        let count: UInt64 = try number()
        guard count <= Self.mostStringBytes else {
            throw malformed("a string of \(count) bytes is longer than \(Self.mostStringBytes)")
        }
        try require(Int(count))
        let slice = file.bytes[offset..<offset + Int(count)]
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw malformed("a string at byte \(offset) is not UTF-8")
        }
        offset += Int(count)
        return text
    }

    /// Takes a count of things that each take at least `width` bytes, so that no room is reserved for
    /// nothing.
    mutating func count(width: Int, most: UInt64, of things: String) throws -> Int {
        let count: UInt64 = try number()
        guard count <= most else { throw malformed("\(count) \(things), at most \(most) are accepted") }
        try require(Int(count) * width)
        return Int(count)
    }

    /// An error about the field being read.
    func malformed(_ problem: String) -> EngineError {
        EngineError(
            .modelMalformed,
            "cannot read model \(file.name): \(field): \(problem); get the file again"
        )
    }

    private func require(_ count: Int) throws {
        guard count <= remaining else {
            throw EngineError(
                .modelTruncated,
                "cannot read model \(file.name): it ends at byte \(file.bytes.count) inside \(field) "
                    + "(needs \(count) bytes from \(offset)); get the file again"
            )
        }
    }
}
