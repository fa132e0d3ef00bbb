import Foundation

extension JSONParser {
    /// Reads a text in double quotes; in Unicode's composed form (NFC).
    mutating func text() throws(Unread) -> String {
        let text = try exactText()
        return text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCanonicalMapping
    }

    /// Reads a text in double quotes, every scalar as it is.
    mutating func exactText() throws(Unread) -> String {
        move()
        var buffer: [UInt8] = []
        while let byte = next {
            move()
            switch byte {
            case UInt8(ascii: "\""):
                return String(decoding: buffer, as: UTF8.self)
            case UInt8(ascii: "\\"):
                buffer.append(contentsOf: Array(String(Character(try escape())).utf8))
            case 0x00...0x1F:
                throw fault("a text in JSON has no line breaks or control characters", at: place - 1)
            default:
                buffer.append(byte)
            }
        }
        throw fault("the JSON ends within a text")
    }

    private mutating func escape() throws(Unread) -> Unicode.Scalar {
        guard let byte = next else { throw fault("the JSON ends within a text") }
        move()
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw fault("an escape that JSON does not have", at: place - 2)
        }
        let start = place - 2
        let first = try unit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800...0xDBFF).contains(first), next == UInt8(ascii: "\\") else {
            throw isAtEnd ? fault("the JSON ends within a text") : fault("half of a character", at: start)
        }
        move()
        guard next == UInt8(ascii: "u") else {
            throw isAtEnd ? fault("the JSON ends within a text") : fault("half of a character", at: start)
        }
        move()
        let second = try unit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw fault("half of a character", at: start) }
        return scalar
    }

    /// Four hexadecimal digits.
    private mutating func unit() throws(Unread) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next else { throw fault("the JSON ends within a text") }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw fault("\\u wants four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            move()
        }
        return value
    }

    /// Reads a number by its digits.
    mutating func number() throws(Unread) -> JSONTree {
        let start = place
        let isNegative = next == UInt8(ascii: "-")
        if isNegative { move() }
        var digits = run()
        if digits.isEmpty { throw fault(isAtEnd ? "the JSON ends within a number" : "a digit is missing") }
        if digits.count > 1, digits[0] == 0x30 { throw fault("a number begins with a zero", at: start) }
        var exponent = 0
        if next == UInt8(ascii: ".") {
            let point = place
            move()
            let decimals = run()
            if decimals.isEmpty {
                // The end of a sentence, not of the number: `42.` or `42. So`.
                place = point
                return .number(JSONDecimal(isNegative: isNegative, digits: digits, exponent: 0))
            }
            digits += decimals
            exponent = -decimals.count
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            move()
            let isDown = next == UInt8(ascii: "-")
            if isDown || next == UInt8(ascii: "+") { move() }
            let power = run()
            if power.isEmpty { throw fault(isAtEnd ? "the JSON ends within a number" : "a digit is missing") }
            guard power.drop(while: { $0 == 0x30 }).count <= 6,
                let value = Int(String(decoding: power, as: UTF8.self))
            else { throw fault("the number's power of ten has more than 6 digits", at: start) }
            exponent += isDown ? -value : value
        }
        if let byte = next, Self.isLetter(byte) { throw fault("letters follow a number") }
        return .number(JSONDecimal(isNegative: isNegative, digits: digits, exponent: exponent))
    }

    private mutating func run() -> [UInt8] {
        let digits = bytes[place...].prefix { (0x30...0x39).contains($0) }
        move(digits.count)
        return Array(digits)
    }

    /// Reads true, false or null.
    mutating func word() throws(Unread) -> JSONTree {
        let words: [(String, JSONTree)] = [("true", .bool(true)), ("false", .bool(false)), ("null", .null)]
        let run = bytes[place...].prefix { Self.isLetter($0) }
        let word = String(decoding: run, as: UTF8.self)
        guard let found = words.first(where: { $0.0 == word }) else {
            if place + run.count == bytes.count, !word.isEmpty,
                words.contains(where: { $0.0.hasPrefix(word) })
            {
                place = bytes.count
                throw fault("the JSON ends before its value")
            }
            if next == UInt8(ascii: "/") || next == UInt8(ascii: "#") { throw fault("JSON has no comments") }
            throw fault(word.isEmpty ? "no JSON value begins here" : "\"\(word)\" is no JSON value")
        }
        place += run.count
        return found.1
    }
}
