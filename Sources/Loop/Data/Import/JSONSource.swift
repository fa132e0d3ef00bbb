/// Reads JSON strictly (RFC 8259) and keeps what Foundation's decoder loses: lines, digits, the order of
/// fields.
struct JSONSource {
    /// How deep values may be nested.
    static let depthLimit = 128

    private let bytes: [UInt8]
    private let name: String
    private(set) var place = 0
    private(set) var line = 1

    /// A reader at the start of valid UTF-8.
    init(_ bytes: [UInt8], name: String, line: Int = 1) {
        self.bytes = bytes
        self.name = name
        self.line = line
    }

    /// Passes over white space; whether anything follows.
    mutating func hasMore() -> Bool {
        while place < bytes.count {
            switch bytes[place] {
            case 0x0A:
                line += 1
                place += 1
            case 0x20, 0x09, 0x0D: place += 1
            default: return true
            }
        }
        return false
    }

    /// The next value.
    mutating func value(depth: Int = 0) throws(QuestionFile.Fault) -> SourceValue {
        guard hasMore() else { throw fault("the file ends within a value") }
        guard depth < Self.depthLimit else { throw fault("values are nested too deep") }
        switch bytes[place] {
        case UInt8(ascii: "{"): return .object(try object(depth))
        case UInt8(ascii: "["): return .list(try list(depth))
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default:
            if take("true") { return .bool(true) }
            if take("false") { return .bool(false) }
            if take("null") { return .null }
            throw fault("no JSON value begins with \"\(shown)\"")
        }
    }

    private mutating func object(_ depth: Int) throws(QuestionFile.Fault) -> SourceObject {
        var fields = SourceObject(line: line)
        place += 1
        if hasMore(), take("}") { return fields }
        while true {
            guard hasMore(), bytes[place] == UInt8(ascii: "\"") else {
                throw fault("a field's name in quotes is missing")
            }
            let name = try text()
            guard hasMore(), take(":") else { throw fault("a colon is missing after \"\(name)\"") }
            guard fields.add(name, try value(depth: depth + 1)) else {
                throw fault("the field \"\(name)\" is there twice")
            }
            guard hasMore() else { throw fault("an object has no end") }
            if take("}") { return fields }
            guard take(",") else { throw fault("a comma or \"}\" is missing before \"\(shown)\"") }
        }
    }

    private mutating func list(_ depth: Int) throws(QuestionFile.Fault) -> [SourceValue] {
        var items: [SourceValue] = []
        place += 1
        if hasMore(), take("]") { return items }
        while true {
            items.append(try value(depth: depth + 1))
            guard hasMore() else { throw fault("a list has no end") }
            if take("]") { return items }
            guard take(",") else { throw fault("a comma or \"]\" is missing before \"\(shown)\"") }
        }
    }

    private mutating func number() throws(QuestionFile.Fault) -> String {
        let digits = bytes[place...].prefix { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
        let text = String(decoding: digits, as: UTF8.self)
        guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+\-]?[0-9]+)?/) != nil else {
            throw fault("\"\(text.prefix(40))\" is not a number of JSON")
        }
        place += digits.count
        return text
    }

    private mutating func text() throws(QuestionFile.Fault) -> String {
        var parser = JSONParser(bytes, at: place, of: nil)
        do {
            let text = try parser.exactText()
            place = parser.place
            return text
        } catch {
            throw fault(error.reason)
        }
    }

    private mutating func take(_ word: String) -> Bool {
        guard bytes[place...].starts(with: word.utf8) else { return false }
        place += word.utf8.count
        return true
    }

    private var shown: String {
        let part = String(decoding: bytes[min(place, bytes.count)...].prefix(24), as: UTF8.self)
        return String(part.filter { !$0.isNewline && $0.unicodeScalars.allSatisfy { $0.value >= 32 } })
    }

    private func fault(_ detail: String) -> QuestionFile.Fault {
        QuestionFile.Fault("\(name):\(line): not valid JSON: \(detail)", hint: "correct the line")
    }
}
