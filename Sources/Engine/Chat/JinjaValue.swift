/// A value of a chat template.
package indirect enum JinjaValue: Sendable {
    case undefined(String)
    case none
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    case list(JinjaList)
    case map(JinjaMap)
    case function(JinjaFunction)
    case namespace(JinjaNamespace)

    /// Whether a condition holds.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let flag): flag
        case .integer(let number): number != 0
        case .float(let number): number != 0
        case .string(let text): !text.isEmpty
        case .list(let list): !list.items.isEmpty
        case .map(let map): !map.isEmpty
        case .function, .namespace: true
        }
    }

    /// The name of its kind, for messages.
    var kind: String {
        switch self {
        case .undefined(let name): "undefined (\(name))"
        case .none: "none"
        case .bool: "a truth value"
        case .integer, .float: "a number"
        case .string: "a string"
        case .list: "a list"
        case .map: "a mapping"
        case .function: "a function"
        case .namespace: "a namespace"
        }
    }

    /// The text that stands for it where it is written out.
    var text: String {
        switch self {
        case .undefined: ""
        case .string(let text): text
        default: spelled
        }
    }

    /// As Python's `repr` has it.
    var spelled: String {
        switch self {
        case .undefined: return "Undefined"
        case .none: return "None"
        case .bool(let flag): return flag ? "True" : "False"
        case .integer(let number): return String(number)
        case .float(let number):
            return abs(number) < 1e16 && number == number.rounded() ? "\(Int(number)).0" : "\(number)"
        case .string(let text):
            let quote =
                text.utf8.contains(UInt8(ascii: "'")) && !text.utf8.contains(UInt8(ascii: "\"")) ? "\"" : "'"
            var result = quote
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\\": result += "\\\\"
                case "\n": result += "\\n"
                case "\r": result += "\\r"
                case "\t": result += "\\t"
                case "'" where quote == "'": result += "\\'"
                default: result.unicodeScalars.append(scalar)
                }
            }
            return result + quote
        case .list(let list):
            let inner = list.items.map(\.spelled).joined(separator: ", ")
            guard list.isTuple else { return "[" + inner + "]" }
            return "(" + inner + (list.items.count == 1 ? ",)" : ")")
        case .map(let map):
            return "{" + map.entries.map { "\($0.key.spelled): \($0.value.spelled)" }.joined(separator: ", ")
                + "}"
        case .function: return "<function>"
        case .namespace: return "<Namespace>"
        }
    }

    /// The elements that a loop visits; nil for what has none.
    var elements: [JinjaValue]? {
        switch self {
        case .list(let list): list.items
        case .map(let map): map.entries.map(\.key)
        case .string(let text): text.unicodeScalars.map { .string(String($0)) }
        case .undefined: []
        default: nil
        }
    }

    /// As a number, if it is one.
    var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .float(let number): number
        case .bool(let flag): flag ? 1 : 0
        default: nil
        }
    }

    /// As a whole number, if it is one.
    var whole: Int? {
        switch self {
        case .integer(let number): number
        case .bool(let flag): flag ? 1 : 0
        default: nil
        }
    }
}

extension JinjaValue {
    /// The value of a JSON text.
    ///
    /// - Parameter json: The text in UTF-8.
    /// - Returns: The value.
    /// - Throws: An error that says where the text is not JSON.
    package static func parse(_ json: [UInt8]) throws -> JinjaValue { JinjaValue(try JSONParser.parse(json)) }

    private init(_ value: JSONValue) {
        switch value {
        case .null: self = .none
        case .bool(let flag): self = .bool(flag)
        case .number(let text): self = Int(text).map { .integer($0) } ?? .float(Double(text) ?? .nan)
        case .string(let text): self = .string(text)
        case .array(let items): self = .list(items.map { JinjaValue($0) })
        case .object(let members): self = .map(JinjaMap(members.map { ($0.key, JinjaValue($0.value)) }))
        }
    }

    /// The items of a list; none for any other value.
    package var items: [JinjaValue] {
        guard case .list(let list) = self else { return [] }
        return list.items
    }

    /// The members of a mapping, by their names; none for any other value.
    package var members: [(String, JinjaValue)] {
        guard case .map(let map) = self else { return [] }
        return map.entries.map { ($0.key.text, $0.value) }
    }

    /// A list or tuple of values.
    static func list(_ items: [JinjaValue], isTuple: Bool = false) -> JinjaValue {
        .list(JinjaList(items: items, isTuple: isTuple))
    }

    /// How deep values lie inside each other; what nests deeper than a limit is refused.
    var depth: Int {
        switch self {
        case .list(let list): list.depth
        case .map(let map): map.depth
        default: 0
        }
    }

    /// How many values and bytes it has, counted as often as they would be written.
    var size: Int {
        switch self {
        case .string(let text): text.utf8.count + 1
        case .list(let list): list.size
        case .map(let map): map.size
        default: 1
        }
    }
}

/// Values in order.
package struct JinjaList: Sendable {
    let items: [JinjaValue]
    let isTuple: Bool
    let depth: Int
    let size: Int

    init(items: [JinjaValue], isTuple: Bool) {
        self.items = items
        self.isTuple = isTuple
        depth = (items.map(\.depth).max() ?? 0) + 1
        size = items.reduce(1) { min($0 + $1.size, 1 << 40) }
    }
}

/// Keys and values in the order in which they were put in.
package struct JinjaMap: Sendable {
    private(set) var entries: [(key: JinjaValue, value: JinjaValue)] = []
    private var places: [Key: Int] = [:]
    private(set) var depth = 1
    private(set) var size = 1

    /// What makes two keys one.
    private enum Key: Hashable {
        case text([UInt8])
        case number(Double)
        case other(String)

        init(_ value: JinjaValue) {
            if case .string(let text) = value {
                self = .text(Array(text.utf8))
            } else if let number = value.number {
                self = .number(number)
            } else {
                // Python refuses such keys; a large one is not spelled.
                self = .other(value.size > 4096 ? "large" : value.spelled)
            }
        }
    }

    package init() {}

    package init(_ entries: [(String, JinjaValue)]) {
        for (key, value) in entries { self[.string(key)] = value }
    }

    var isEmpty: Bool { entries.isEmpty }

    subscript(key: JinjaValue) -> JinjaValue? {
        get { places[Key(key)].map { entries[$0].value } }
        set {
            guard let newValue else { return }
            depth = max(depth, newValue.depth + 1)
            size = min(size + newValue.size + key.size, 1 << 40)
            if let place = places[Key(key)] {
                entries[place].value = newValue
            } else {
                places[Key(key)] = entries.count
                entries.append((key, newValue))
            }
        }
    }
}

/// What a template may call.
package enum JinjaFunction: Sendable {
    /// A function of the language, by name.
    case named(String)
    /// A method of a value.
    indirect case method(JinjaValue, String)
    /// A macro of the template.
    case macro(JinjaMacro)
}

/// A macro: names of parameters with their defaults, and what it writes.
package struct JinjaMacro: Sendable {
    let parameters: [(name: String, fallback: JinjaExpression?)]
    let body: [JinjaNode]
}

/// A place for values that outlives the loop in which they are set.
///
/// `@unchecked Sendable`: a rendering makes and changes it on one thread, and it leaves with none.
package final class JinjaNamespace: @unchecked Sendable {
    var values: JinjaMap

    init(_ values: JinjaMap) { self.values = values }
}

/// Why a template cannot be rendered.
package struct JinjaError: Error, CustomStringConvertible, Equatable {
    package let description: String

    init(_ description: String) { self.description = description }
}
