import Foundation

/// Any JSON, for tests that look at documents.
enum JSONValue: Equatable, Decodable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Parses a text.
    static func parse(_ data: Data) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: data)
    }

    /// A field; nil where there is none or this is no object.
    subscript(key: String) -> JSONValue? { object?[key] }

    /// The fields of an object.
    var object: [String: JSONValue]? { if case .object(let fields) = self { fields } else { nil } }

    /// The items of an array.
    var array: [JSONValue]? { if case .array(let items) = self { items } else { nil } }

    /// A text.
    var string: String? { if case .string(let text) = self { text } else { nil } }

    /// A number.
    var number: Double? { if case .number(let number) = self { number } else { nil } }

    /// The texts of an array; empty where it is none.
    var strings: [String] { array?.compactMap(\.string) ?? [] }

    /// Every value in it, itself included.
    var all: [JSONValue] {
        switch self {
        case .array(let items): [self] + items.flatMap(\.all)
        case .object(let fields): [self] + fields.values.flatMap(\.all)
        default: [self]
        }
    }
}
