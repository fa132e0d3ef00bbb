/// A JSON value whose numbers keep their digits.
indirect enum JSONTree: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(JSONDecimal)
    /// In Unicode's composed form (NFC).
    case text(String)
    case list([JSONTree])
    /// Sorted by the code points of the names, which differ.
    case object([JSONMember])

    /// The kind of value in the words of JSON Schema.
    var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number(let number): number.isInteger ? "integer" : "number"
        case .text: "string"
        case .list: "array"
        case .object: "object"
        }
    }

    /// The members; nil for what is no object.
    var members: [JSONMember]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// The member of a name.
    subscript(name: String) -> JSONTree? { members?.first { $0.name == name }?.value }

    /// The canonical text: no white space, names in order, numbers by their value, only the escapes that JSON
    /// demands.
    var canonical: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let number): text += number.canonical
        case .text(let value): Self.quote(value, to: &text)
        case .list(let items):
            text += "["
            for (place, item) in items.enumerated() {
                if place > 0 { text += "," }
                item.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (place, member) in members.enumerated() {
                if place > 0 { text += "," }
                Self.quote(member.name, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func quote(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

/// A field of a JSON object.
struct JSONMember: Hashable, Sendable {
    let name: String
    let value: JSONTree
}

/// A decimal number of any length by its digits: `1.0`, `1` and `1e0` are one.
struct JSONDecimal: Hashable, Sendable {
    let isNegative: Bool
    /// Without zeros at either end; empty for zero.
    let digits: [UInt8]
    /// The power of ten of the last digit.
    let exponent: Int

    /// Takes zeros away.
    init(isNegative: Bool, digits: [UInt8], exponent: Int) {
        let head = digits.drop { $0 == 0x30 }
        let tail = head.reversed().prefix { $0 == 0x30 }.count
        self.digits = Array(head.dropLast(tail))
        self.exponent = self.digits.isEmpty ? 0 : exponent + tail
        self.isNegative = isNegative && !self.digits.isEmpty
    }

    /// Whether it has no decimals.
    var isInteger: Bool { exponent >= 0 }

    /// Plain digits where these are at most 40, otherwise digits and a power of ten.
    var canonical: String {
        guard !digits.isEmpty else { return "0" }
        let sign = isNegative ? "-" : ""
        let text = String(decoding: digits, as: UTF8.self)
        if exponent >= 0, digits.count + exponent <= 40 {
            return sign + text + String(repeating: "0", count: exponent)
        }
        if exponent < 0, max(digits.count, 1 - exponent) <= 40 {
            let padded = String(repeating: "0", count: max(1 - exponent - digits.count, 0)) + text
            return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
        }
        return "\(sign)\(text)e\(exponent)"
    }

    /// Whether it is less than another, exactly.
    func isLess(than other: JSONDecimal) -> Bool {
        guard isNegative == other.isNegative else { return isNegative }
        return isNegative ? other.isSmaller(than: self) : isSmaller(than: other)
    }

    /// Compares magnitudes.
    private func isSmaller(than other: JSONDecimal) -> Bool {
        guard !digits.isEmpty, !other.digits.isEmpty else { return digits.isEmpty && !other.digits.isEmpty }
        let (size, otherSize) = (digits.count + exponent, other.digits.count + other.exponent)
        guard size == otherSize else { return size < otherSize }
        return digits.lexicographicallyPrecedes(other.digits)
    }
}
