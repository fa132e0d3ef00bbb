/// A strict JSON reader (RFC 8259) over bytes: repeated keys, trailing text and deep nesting are errors.
struct JSONParser {
    /// Where and why text is not the JSON that is expected.
    struct Failure: Error, CustomStringConvertible {
        var offset: Int
        var problem: String
        var description: String { "\(problem) at byte \(offset)" }
    }

    private static let mostDepth = 64

    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    /// Parses one value that fills the buffer except for white space.
    ///
    /// - Throws: `JSONParser.Failure`.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.offset == bytes.count else { throw parser.failure("text after the value") }
        return value
    }

    /// Parses one value that fills the array except for white space.
    ///
    /// - Throws: `JSONParser.Failure`.
    static func parse(_ bytes: [UInt8]) throws -> JSONValue {
        try bytes.withUnsafeBytes { try parse($0) }
    }

    private init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    private mutating func value(depth: Int) throws -> JSONValue {
        guard depth < Self.mostDepth else { throw failure("nesting deeper than \(Self.mostDepth)") }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return .object(try members(depth: depth))
        case UInt8(ascii: "["): return .array(try elements(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func members(depth: Int) throws -> [JSONMember] {
        var members: [JSONMember] = []
        // By their bytes: strings that are equal for Swift may be two keys.
        var keys: Set<[UInt8]> = []
        offset += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return [] }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw failure("a key is missing") }
            let key = try string()
            guard keys.insert(Array(key.utf8)).inserted else {
                throw failure("key \"\(key)\" is there twice,")
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("a colon is missing") }
            members.append(JSONMember(key: key, value: try value(depth: depth + 1)))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw failure("an object does not end") }
        return members
    }

    private mutating func elements(depth: Int) throws -> [JSONValue] {
        var values: [JSONValue] = []
        offset += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return [] }
        repeat {
            values.append(try value(depth: depth + 1))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw failure("an array does not end") }
        return values
    }

    private mutating func string() throws -> String {
        offset += 1
        let start = offset
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
            offset += 1
        }
        if peek == UInt8(ascii: "\"") {
            offset += 1
            return try decoded(bytes[start..<offset - 1])
        }
        var buffer = Array(bytes[start..<offset])
        while let byte = peek, byte >= 0x20 {
            offset += 1
            if byte == UInt8(ascii: "\"") { return try decoded(buffer) }
            if byte == UInt8(ascii: "\\") {
                buffer += Array(String(try escape()).utf8)
            } else {
                buffer.append(byte)
            }
        }
        throw failure("a string does not end or holds a bare control character")
    }

    private func decoded(_ bytes: some Sequence<UInt8>) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw failure("a string is not UTF-8")
        }
        return text
    }

    private mutating func escape() throws -> Unicode.Scalar {
        guard let byte = peek else { throw failure("an escape is cut off") }
        offset += 1
        switch byte {
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "u"): break
        default: throw failure("an unknown escape")
        }
        let unit = try hexadecimal()
        var scalar = UInt32(unit)
        if UTF16.isLeadSurrogate(unit), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let trail = try hexadecimal()
            guard UTF16.isTrailSurrogate(trail) else { throw failure("half a surrogate pair") }
            scalar = 0x10000 + (UInt32(unit) - 0xd800) << 10 + (UInt32(trail) - 0xdc00)
        }
        guard let result = Unicode.Scalar(scalar) else { throw failure("half a surrogate pair") }
        return result
    }

    private mutating func hexadecimal() throws -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80
            else {
                throw failure("an escape is not four hexadecimal digits")
            }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }

    private mutating func number() throws -> String {
        let start = offset
        if take(UInt8(ascii: "-")) {}
        let first = peek
        let whole = digits()
        guard whole > 0, whole == 1 || first != UInt8(ascii: "0") else { throw failure("no value") }
        if take(UInt8(ascii: ".")) {
            guard digits() > 0 else { throw failure("a number does not end") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
            guard digits() > 0 else { throw failure("a number does not end") }
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func digits() -> Int {
        let start = offset
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        return offset - start
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws -> JSONValue {
        let expected = UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[offset...].starts(with: expected) else { throw failure("no value") }
        offset += expected.count
        return value
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { offset += 1 }
    }

    private func failure(_ problem: String) -> Failure { Failure(offset: offset, problem: problem) }
}
