import Foundation

/// Finds how a number is written in JSON, which decoding to binary floating point loses.
enum JSONDigits {
    /// The digits of an object's own field, such as `0.00001`.
    ///
    /// - Parameters:
    ///   - name: The field.
    ///   - value: Its decoded value, which tells fields of the same name apart.
    ///   - json: One valid JSON object.
    /// - Returns: The digits as they are written; nil where the name is written with escapes.
    static func number(named name: String, equalTo value: Double, in json: some Collection<UInt8>) -> String?
    {
        let bytes = Array(json)
        let key = Array(name.utf8)
        var (place, depth) = (0, 0)
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                let start = place + 1
                place = endOfText(from: start, in: bytes)
                guard depth == 1, bytes[start..<min(place, bytes.count)].elementsEqual(key) else { break }
                if let digits = digits(after: place + 1, in: bytes), Double(digits) == value { return digits }
            default: break
            }
            place += 1
        }
        return nil
    }

    /// An object's own field whose value is an object or a list, as it is written.
    ///
    /// - Parameters:
    ///   - name: The field.
    ///   - json: One valid JSON object.
    /// - Returns: The value's text; nil where the name is written with escapes.
    static func nested(named name: String, in json: some Collection<UInt8>) -> String? {
        let bytes = Array(json)
        let key = Array(name.utf8)
        var (place, depth) = (0, 0)
        var start: Int?
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if let start, depth == 1 { return String(decoding: bytes[start...place], as: UTF8.self) }
            case UInt8(ascii: "\""):
                let first = place + 1
                place = endOfText(from: first, in: bytes)
                guard start == nil, depth == 1, bytes[first..<min(place, bytes.count)].elementsEqual(key)
                else {
                    break
                }
                start = openingBracket(after: place + 1, in: bytes)
            default: break
            }
            place += 1
        }
        return nil
    }

    /// The place of the bracket after a colon; nil where another value follows.
    private static func openingBracket(after start: Int, in bytes: [UInt8]) -> Int? {
        var place = start
        var hasColon = false
        while place < bytes.count {
            switch bytes[place] {
            case 0x20, 0x09, 0x0A, 0x0D: break
            case UInt8(ascii: ":") where !hasColon: hasColon = true
            case UInt8(ascii: "{") where hasColon, UInt8(ascii: "[") where hasColon: return place
            default: return nil
            }
            place += 1
        }
        return nil
    }

    /// Without zeros that end the decimals: `0.5` for `0.50`.
    static func withoutTrailingZeros(_ digits: String) -> String {
        guard digits.contains("."), !digits.lowercased().contains("e") else { return digits }
        var digits = digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return digits
    }

    /// Where a text ends: the place of its closing quote.
    private static func endOfText(from start: Int, in bytes: [UInt8]) -> Int {
        var place = start
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return place
    }

    /// The number after a colon; nil where the text was no field's name or another value follows.
    private static func digits(after start: Int, in bytes: [UInt8]) -> String? {
        func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
        var rest = bytes[min(start, bytes.count)...].drop(while: isSpace)
        guard rest.first == UInt8(ascii: ":") else { return nil }
        rest = rest.dropFirst().drop(while: isSpace)
        let digits = rest.prefix { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }
}
