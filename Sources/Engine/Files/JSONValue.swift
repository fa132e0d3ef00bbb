/// A JSON value that keeps the order of object members and the spelling of numbers.
///
/// Weight-file headers need what `JSONDecoder` hides: repeated keys are an error, and integers are exact.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    /// A whole number.
    static func integer(_ value: Int) -> JSONValue { .number(String(value)) }

    /// An object with its keys sorted.
    static func sorted(_ members: [String: JSONValue]) -> JSONValue {
        .object(members.sorted { $0.key < $1.key }.map { JSONMember(key: $0.key, value: $0.value) })
    }

    /// An object in the order given.
    static func ordered(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(members.map { JSONMember(key: $0.key, value: $0.value) })
    }

    /// The member of an object; nil for other values or without it.
    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The value as an exact integer; `1.0` is none.
    var integer: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text)
    }

    /// The value as a floating-point number.
    var double: Double? {
        guard case .number(let text) = self else { return nil }
        return Double(text)
    }

    /// The value as text.
    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The value as a truth value.
    var bool: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }

    /// The value's elements.
    var array: [JSONValue]? {
        guard case .array(let values) = self else { return nil }
        return values
    }

    /// The value's members.
    var object: [JSONMember]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// Whether it is null, false, 0, or an empty string, array or object.
    var isNeutral: Bool {
        switch self {
        case .null: true
        case .bool(let flag): !flag
        case .number(let text): Double(text) == 0
        case .string(let text): text.isEmpty
        case .array(let values): values.isEmpty
        case .object(let members): members.isEmpty
        }
    }
}

/// One member of a JSON object.
package struct JSONMember: Hashable, Sendable {
    package var key: String
    package var value: JSONValue
}

extension JSONValue {
    /// UTF-8 text; with an indent one member per line as Python's `json.dumps(indent:)` lays it out, without
    /// one no white space at all.
    func encoded(indent: Int? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes, indent: indent, depth: 0)
        return bytes
    }

    private func write(to bytes: inout [UInt8], indent: Int?, depth: Int) {
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let flag): bytes += (flag ? "true" : "false").utf8
        case .number(let text): bytes += text.utf8
        case .string(let text): Self.write(text, to: &bytes)
        case .array(let values):
            Self.write(values, brackets: "[]", to: &bytes, indent: indent, depth: depth) { value, bytes in
                value.write(to: &bytes, indent: indent, depth: depth + 1)
            }
        case .object(let members):
            Self.write(members, brackets: "{}", to: &bytes, indent: indent, depth: depth) { member, bytes in
                Self.write(member.key, to: &bytes)
                bytes += (indent == nil ? ":" : ": ").utf8
                member.value.write(to: &bytes, indent: indent, depth: depth + 1)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element],
        brackets: StaticString,
        to bytes: inout [UInt8],
        indent: Int?,
        depth: Int,
        element write: (Element, inout [UInt8]) -> Void
    ) {
        bytes.append(brackets.utf8Start[0])
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            startLine(&bytes, indent: indent, depth: depth + 1)
            write(element, &bytes)
        }
        if !elements.isEmpty { startLine(&bytes, indent: indent, depth: depth) }
        bytes.append(brackets.utf8Start[1])
    }

    private static func startLine(_ bytes: inout [UInt8], indent: Int?, depth: Int) {
        guard let indent else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * depth))
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case 0..<0x20: bytes += "\\u00".utf8 + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
