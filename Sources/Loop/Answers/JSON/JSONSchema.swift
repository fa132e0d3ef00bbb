/// A JSON schema: the part of the 2020-12 draft that answers need.
///
/// A keyword that is not supported is refused, not passed over, so that nobody relies on a check that is
/// never made.
struct JSONSchema: Sendable {
    /// Allows no value: the schema `false`.
    var isNever = false
    var types: Set<String>?
    var values: [JSONTree]?
    var properties: [String: JSONSchema] = [:]
    var required: [String] = []
    /// One schema; empty allows all.
    var additional: [JSONSchema] = []
    /// One schema; empty allows all.
    var items: [JSONSchema] = []
    var itemCount = Bounds()
    var length = Bounds()
    var minimum: JSONDecimal?
    var maximum: JSONDecimal?
    var exclusiveMinimum: JSONDecimal?
    var exclusiveMaximum: JSONDecimal?
    /// Any of them; empty for none asked for.
    var anyOf: [JSONSchema] = []

    /// A smallest and a largest count.
    struct Bounds: Sendable {
        var least = 0
        var most = Int.max
    }

    /// Reads a schema.
    ///
    /// - Throws: `Unread` with the path of what is wrong and what to do.
    init(_ text: String) throws(Unread) {
        let mark = "\u{FEFF}"
        let bytes = Array(text.utf8.dropFirst(text.unicodeScalars.first == mark.unicodeScalars.first ? 3 : 0))
        guard bytes.count <= JSONParser.longest else {
            throw Unread("it has more than \(JSONParser.longest) bytes; shorten it")
        }
        var parser = JSONParser(bytes, of: "schema")
        let tree = try parser.value()
        parser.skipSpace()
        guard parser.isAtEnd else { throw parser.fault("more follows the schema") }
        try self.init(tree, at: "")
    }

    private init(_ tree: JSONTree, at path: String) throws(Unread) {
        if case .bool(let allows) = tree {
            isNever = !allows
            return
        }
        guard let members = tree.members else {
            throw Self.fault(path, "is \(tree.canonical.prefix(80)); a schema is an object, true or false")
        }
        for member in members { try take(member, at: "\(path)/\(member.name)") }
    }

    private mutating func take(_ member: JSONMember, at path: String) throws(Unread) {
        let value = member.value
        switch member.name {
        case "title", "description", "default", "examples", "$schema", "$id", "$comment": break
        case "type": types = try Self.types(value, at: path)
        case "enum": values = try Self.list(value, at: path)
        case "const": values = [value]
        case "properties":
            guard let members = value.members else { throw Self.fault(path, "must be an object of schemas") }
            for member in members {
                properties[member.name] = try JSONSchema(member.value, at: "\(path)/\(member.name)")
            }
        case "required":
            for item in try Self.list(value, at: path, mayBeEmpty: true) {
                guard case .text(let name) = item else { throw Self.fault(path, "must be a list of names") }
                required.append(name)
            }
        case "additionalProperties": additional = [try JSONSchema(value, at: path)]
        case "items": items = [try JSONSchema(value, at: path)]
        case "anyOf":
            for (place, item) in try Self.list(value, at: path).enumerated() {
                anyOf.append(try JSONSchema(item, at: "\(path)/\(place)"))
            }
        case "minItems": itemCount.least = try Self.count(value, at: path)
        case "maxItems": itemCount.most = try Self.count(value, at: path)
        case "minLength": length.least = try Self.count(value, at: path)
        case "maxLength": length.most = try Self.count(value, at: path)
        case "minimum": minimum = try Self.number(value, at: path)
        case "maximum": maximum = try Self.number(value, at: path)
        case "exclusiveMinimum": exclusiveMinimum = try Self.number(value, at: path)
        case "exclusiveMaximum": exclusiveMaximum = try Self.number(value, at: path)
        default: throw Self.fault(path, "is not supported; remove it (supported: \(Self.supported))")
        }
    }

    private static let supported =
        "type, enum, const, properties, required, additionalProperties, items, minItems, maxItems, minLength, "
        + "maxLength, minimum, maximum, exclusiveMinimum, exclusiveMaximum, anyOf"

    private static let typeNames = ["null", "boolean", "object", "array", "number", "integer", "string"]

    private static func types(_ value: JSONTree, at path: String) throws(Unread) -> Set<String> {
        let items = if case .text = value { [value] } else { try list(value, at: path) }
        var types: Set<String> = []
        for item in items {
            guard case .text(let name) = item, typeNames.contains(name) else {
                throw fault(
                    path,
                    "names \(item.canonical.prefix(80)); use \(typeNames.joined(separator: ", "))"
                )
            }
            types.insert(name)
        }
        return types
    }

    private static func list(_ value: JSONTree, at path: String, mayBeEmpty: Bool = false) throws(Unread)
        -> [JSONTree]
    {
        guard case .list(let items) = value, mayBeEmpty || !items.isEmpty else {
            throw fault(path, mayBeEmpty ? "must be a list" : "must be a list that is not empty")
        }
        return items
    }

    private static func count(_ value: JSONTree, at path: String) throws(Unread) -> Int {
        guard case .number(let number) = value, let count = Int(number.canonical), count >= 0 else {
            throw fault(path, "is \(value.canonical.prefix(80)); it must be a whole number of 0 or more")
        }
        return count
    }

    private static func number(_ value: JSONTree, at path: String) throws(Unread) -> JSONDecimal {
        guard case .number(let number) = value else {
            throw fault(path, "is \(value.canonical.prefix(80)); it must be a number")
        }
        return number
    }

    private static func fault(_ path: String, _ what: String) -> Unread {
        Unread("\(path.isEmpty ? "/" : path) \(what)")
    }
}
