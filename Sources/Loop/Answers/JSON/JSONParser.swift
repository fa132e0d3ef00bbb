import Foundation

/// Reads one JSON value (RFC 8259) and nothing that only looks like one; each byte is looked at once.
///
/// `JSONDecoder` loses digits of numbers and takes the last of two fields of one name, so it cannot tell
/// whether an answer is plain.
struct JSONParser {
    /// Levels of lists and objects within each other.
    static let deepest = 64
    /// Bytes of a value with what is around it.
    static let longest = 65_536

    let bytes: [UInt8]
    var place: Int
    private var depth = 0

    /// What the text is, for reasons; nil leaves out where the fault is, which costs as much as the text is long.
    private let name: String?

    init(_ bytes: [UInt8], at place: Int = 0, of name: String? = "answer") {
        self.name = name
        self.bytes = bytes
        self.place = place
    }

    /// Whether a fault is that the text ends within the value.
    var isAtEnd: Bool { place >= bytes.count }

    /// The byte at the place; nil at the end.
    var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    /// Reads the value that begins at the place, white space before it aside.
    mutating func value() throws(Unread) -> JSONTree {
        skipSpace()
        guard let byte = next else { throw fault("the JSON ends before its value") }
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "'"): throw fault("single quotes are no JSON; a text has double quotes")
        default: return try word()
        }
    }

    /// Moves on.
    mutating func move(_ count: Int = 1) { place += count }

    /// Passes over white space.
    mutating func skipSpace() {
        while let byte = next, Self.isSpace(byte) { place += 1 }
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D
    }

    /// A reason with the line and column of the place.
    func fault(_ reason: String, at other: Int? = nil) -> Unread {
        guard let name else { return Unread(reason) }
        let before = bytes[..<min(other ?? place, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
        return Unread("\(reason) (line \(line), column \(column) of the \(name))")
    }

    private mutating func enter() throws(Unread) {
        depth += 1
        guard depth <= Self.deepest else { throw fault("the JSON is more than \(Self.deepest) levels deep") }
        place += 1
        skipSpace()
    }

    private mutating func list() throws(Unread) -> JSONTree {
        try enter()
        var items: [JSONTree] = []
        if next != UInt8(ascii: "]") {
            repeat {
                skipSpace()
                if next == UInt8(ascii: "]") { throw fault("a comma comes before \"]\"") }
                items.append(try value())
            } while try goesOn(to: UInt8(ascii: "]"))
        }
        place += 1
        depth -= 1
        return .list(items)
    }

    private mutating func object() throws(Unread) -> JSONTree {
        try enter()
        var members: [JSONMember] = []
        var names: Set<String> = []
        if next != UInt8(ascii: "}") {
            repeat {
                skipSpace()
                if next == UInt8(ascii: "}") { throw fault("a comma comes before \"}\"") }
                guard next == UInt8(ascii: "\"") else {
                    throw isAtEnd
                        ? fault("the JSON ends before its \"}\"")
                        : fault("a field's name in double quotes is missing")
                }
                let start = place
                let name = try text()
                guard names.insert(name).inserted else {
                    throw fault("the field \"\(name)\" is there twice", at: start)
                }
                skipSpace()
                guard next == UInt8(ascii: ":") else {
                    throw isAtEnd
                        ? fault("the JSON ends before its \"}\"")
                        : fault("a colon after \"\(name)\" is missing")
                }
                place += 1
                members.append(JSONMember(name: name, value: try value()))
            } while try goesOn(to: UInt8(ascii: "}"))
        }
        place += 1
        depth -= 1
        // UTF-8 sorts as code points do.
        return .object(members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
    }

    /// Whether a comma follows; the closing bracket is left where it is.
    private mutating func goesOn(to end: UInt8) throws(Unread) -> Bool {
        skipSpace()
        if next == end { return false }
        let bracket = Character(Unicode.Scalar(end))
        guard let byte = next else { throw fault("the JSON ends before its \"\(bracket)\"") }
        if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "#") { throw fault("JSON has no comments") }
        guard byte == UInt8(ascii: ",") else { throw fault("a comma or \"\(bracket)\" is missing") }
        place += 1
        return true
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80
    }
}
