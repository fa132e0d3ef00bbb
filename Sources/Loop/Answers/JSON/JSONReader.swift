/// Reads the one JSON value that an answer plainly gives: bare, in backquotes or in a code fence.
///
/// docs/answers.md lists the forms.
struct JSONReader {
    /// What the text is that a value is read from.
    enum Source {
        /// A candidate's clause.
        case clause
        /// A candidate's clause that ends where the token limit cut the text off.
        case cut
        /// A reference answer: nothing but the value.
        case reference
    }

    private let source: Source
    private var parser: JSONParser

    /// The value, or why there is none.
    static func value(in clause: Substring, as source: Source) throws(Unread) -> JSONTree {
        let bytes = Array(clause.utf8)
        guard bytes.count <= JSONParser.longest else {
            throw Unread("the answer has more than \(JSONParser.longest) bytes")
        }
        var reader = JSONReader(source: source, parser: JSONParser(bytes))
        do throws(Unread) {
            return try reader.value()
        } catch {
            // What a text that ends within its value was to be, nobody knows.
            throw source == .cut && reader.parser.isAtEnd ? .cutOff : error
        }
    }

    private mutating func value() throws(Unread) -> JSONTree {
        parser.skipSpace()
        if source != .reference {
            if parser.next == UInt8(ascii: ":") { parser.move() }
            parser.skipSpace()
            try skipLead()
        }
        guard parser.next != nil else { throw parser.fault("no JSON follows") }
        let fence = try openFence()
        let value = try parser.value()
        // `12` and `12.` may have been going to be more.
        let rest = parser.bytes[parser.place...].drop { JSONParser.isSpace($0) }
        let isOpen = fence == 0 && (rest.isEmpty || rest.elementsEqual([UInt8(ascii: ".")]))
        if source == .cut, isOpen, !value.isClosed { throw .cutOff }
        try close(fence)
        try checkRest(isFenced: fence == 3, value)
        return value
    }

    /// Passes over words before the value that end in a colon, such as "Here is the JSON:".
    private mutating func skipLead() throws(Unread) {
        let bytes = parser.bytes
        guard let first = parser.next, JSONParser.isLetter(first) else { return }
        var end = parser.place
        while end < bytes.count, !Self.begins.contains(bytes[end]) { end += 1 }
        var last = end
        while last > parser.place, JSONParser.isSpace(bytes[last - 1]) { last -= 1 }
        if last > parser.place, bytes[last - 1] == UInt8(ascii: ":"), last - parser.place <= 200 {
            parser.move(end - parser.place)
            parser.skipSpace()
        } else if end < bytes.count, bytes[end] != 0x0A {
            throw parser.fault("words that do not end in a colon come before the JSON")
        }
    }

    /// What ends words before a value: a bracket, a quote, a backquote, the end of the line.
    private static let begins: Set<UInt8> = [0x7B, 0x5B, 0x22, 0x60, 0x0A]
    private static let tick = UInt8(ascii: "`")

    private func tickCount(at place: Int) -> Int {
        parser.bytes[min(place, parser.bytes.count)...].prefix { $0 == Self.tick }.count
    }

    /// Passes over what opens a fence or backquotes; their number.
    private mutating func openFence() throws(Unread) -> Int {
        let count = tickCount(at: parser.place)
        guard count > 0 else { return 0 }
        guard count == 1 || count == 3 else { throw parser.fault("backquotes that open no code") }
        parser.move(count)
        guard count == 3 else { return 1 }
        // The fence's language, and nothing else, is on its line.
        let bytes = parser.bytes[parser.place...]
        let word = bytes.prefix { JSONParser.isLetter($0) || (0x30...0x39).contains($0) }
        let language = String(decoding: word, as: UTF8.self).lowercased()
        if language.hasPrefix("json") || bytes.dropFirst(word.count).first.map(JSONParser.isSpace) ?? true {
            parser.move(word.count)
        }
        return 3
    }

    private mutating func close(_ fence: Int) throws(Unread) {
        guard fence > 0 else { return }
        parser.skipSpace()
        guard tickCount(at: parser.place) >= fence else {
            throw parser.isAtEnd
                ? parser.fault("the code does not end with its backquotes")
                : parser.fault("more than one value is in the code")
        }
        parser.move(fence)
    }

    /// Refuses more on the value's line, and other values on the lines after it.
    private mutating func checkRest(isFenced: Bool, _ value: JSONTree) throws(Unread) {
        while let byte = parser.next, byte == 0x20 || byte == 0x09 { parser.move() }
        guard let byte = parser.next else { return }
        let after = parser.place + 1
        let ends =
            byte == UInt8(ascii: ".")
            && (after >= parser.bytes.count || JSONParser.isSpace(parser.bytes[after]))
        guard ends || byte == 0x0A || byte == 0x0D || isFenced && source != .reference else {
            throw parser.fault("more follows the JSON on its line")
        }
        if ends { parser.move() }
        while parser.next != nil {
            parser.skipSpace()
            guard let byte = parser.next else { return }
            guard source != .reference else { throw parser.fault("more follows the JSON") }
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                var other = JSONParser(parser.bytes, at: parser.place, of: nil)
                // What is no JSON is prose: brackets in an explanation.
                if let more = try? other.value() {
                    guard more == value else { throw parser.fault("two different JSON values are given") }
                    parser.move(other.place - parser.place)
                }
            }
            while let byte = parser.next, byte != 0x0A { parser.move() }
        }
    }
}

extension JSONTree {
    /// Whether its last character shows that it was whole.
    fileprivate var isClosed: Bool {
        switch self {
        case .null, .bool, .number: false
        case .text, .list, .object: true
        }
    }
}
