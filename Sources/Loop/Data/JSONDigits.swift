import Foundation

/// Finds how a value is written in JSON, which decoding it loses.
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
        return places(of: name, in: bytes).lazy.map { place in
            let digits = bytes[place...].prefix { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
            return String(decoding: digits, as: UTF8.self)
        }.first { Double($0) == value }
    }

    /// An object's own field whose value is an object or a list, as it is written.
    ///
    /// - Parameters:
    ///   - name: The field.
    ///   - json: One valid JSON object.
    /// - Returns: The value's text; nil where the name is written with escapes.
    static func nested(named name: String, in json: some Collection<UInt8>) -> String? {
        let bytes = Array(json)
        let start = places(of: name, in: bytes).first { "{[".utf8.contains(bytes[$0]) }
        guard let start else { return nil }
        var end: Int?
        walk(bytes, from: start) { place, depth in
            if end == nil, depth == 0, bytes[place] != UInt8(ascii: "\"") { end = place }
        }
        return end.map { String(decoding: bytes[start...$0], as: UTF8.self) }
    }

    /// Where the values of an object's own fields of one name begin.
    private static func places(of name: String, in bytes: [UInt8]) -> [Int] {
        let key = Array(name.utf8)
        var places: [Int] = []
        walk(bytes) { place, depth in
            guard depth == 1, bytes[place] == UInt8(ascii: "\"") else { return }
            let end = endOfText(from: place + 1, in: bytes)
            guard end < bytes.count, bytes[(place + 1)..<end].elementsEqual(key),
                let value = value(after: end + 1, in: bytes)
            else { return }
            places.append(value)
        }
        return places
    }

    /// Visits every bracket and the beginning of every text, with the number of brackets that are open after
    /// it.
    private static func walk(
        _ bytes: [UInt8],
        from start: Int = 0,
        _ visit: (_ place: Int, _ depth: Int) -> Void
    ) {
        var (place, depth) = (start, 0)
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                visit(place, depth)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                visit(place, depth)
            case UInt8(ascii: "\""):
                visit(place, depth)
                place = endOfText(from: place + 1, in: bytes)
            default: break
            }
            place += 1
        }
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

    /// The place of the value after a colon; nil where the text was no field's name.
    private static func value(after start: Int, in bytes: [UInt8]) -> Int? {
        func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
        guard let colon = bytes[min(start, bytes.count)...].firstIndex(where: { !isSpace($0) }),
            bytes[colon] == UInt8(ascii: ":")
        else { return nil }
        return bytes[(colon + 1)...].firstIndex { !isSpace($0) }
    }
}
