import ControlAPI
import Foundation

/// Checks JSON against the part of JSON Schema that `docs/openapi.json` uses.
///
/// A keyword it does not know is an error, so that nothing goes unchecked in silence.
struct SchemaChecker: Sendable {
    /// What says something to people or to generators and nothing about which JSON is right.
    private static let annotations: Set<String> = [
        "description", "examples", "default", "format", "contentMediaType", "contentSchema",
    ]

    /// The document that references point into.
    let document: JSONValue

    /// The document that the programs carry.
    static func ofContract() throws -> SchemaChecker {
        SchemaChecker(document: try JSONValue.parse(OpenAPI.document))
    }

    /// A schema of the document's components.
    func schema(_ name: String) -> JSONValue? { document["components"]?["schemas"]?[name] }

    /// What a reference points to.
    func target(of reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/")
            .reduce(Optional(document)) { value, name in value?[String(name)] }
    }

    /// Everything about a value that its schema does not allow; empty when it satisfies it.
    func errors(_ value: JSONValue, _ schema: JSONValue, at path: String = "$") -> [String] {
        guard let keywords = schema.object else { return ["\(path): the schema is no object"] }
        return keywords.sorted { $0.key < $1.key }.flatMap { keyword, argument -> [String] in
            guard let found = check(keyword, argument, value, keywords, path) else {
                return ["\(path): keyword \(keyword) is unknown here"]
            }
            return found
        }
    }

    private func check(
        _ keyword: String,
        _ argument: JSONValue,
        _ value: JSONValue,
        _ schema: [String: JSONValue],
        _ path: String
    ) -> [String]? {
        func unless(_ isRight: Bool) -> [String] {
            isRight ? [] : ["\(path): \(value) against \(keyword) \(argument)"]
        }
        switch keyword {
        case "$ref":
            guard let target = argument.string.flatMap(target) else {
                return ["\(path): \(argument) leads nowhere"]
            }
            return errors(value, target, at: path)
        case "type": return unless(types(argument).contains { Self.isOf($0, value) })
        case "const": return unless(value == argument)
        case "enum": return unless(argument.array?.contains(value) == true)
        case "anyOf":
            return unless(argument.array?.contains { errors(value, $0, at: path).isEmpty } == true)
        case "minimum": return unless(value.number.map { $0 >= argument.number ?? .infinity } ?? true)
        case "maximum": return unless(value.number.map { $0 <= argument.number ?? -.infinity } ?? true)
        case "minLength": return unless(length(value).map { $0 >= argument.number ?? .infinity } ?? true)
        case "maxLength": return unless(length(value).map { $0 <= argument.number ?? -.infinity } ?? true)
        case "pattern": return unless(value.string.map { matches($0, argument.string ?? "") } ?? true)
        case "required":
            guard let fields = value.object else { return [] }
            return argument.strings.filter { fields[$0] == nil }.map { "\(path).\($0) is missing" }
        case "properties":
            return (value.object ?? [:]).flatMap { name, field in
                argument[name].map { errors(field, $0, at: "\(path).\(name)") } ?? []
            }
        case "additionalProperties":
            return (value.object ?? [:]).filter { schema["properties"]?[$0.key] == nil }
                .flatMap { errors($0.value, argument, at: "\(path).\($0.key)") }
        case "items":
            return (value.array ?? []).enumerated().flatMap { errors($1, argument, at: "\(path)[\($0)]") }
        default: return Self.annotations.contains(keyword) ? [] : nil
        }
    }

    private func types(_ argument: JSONValue) -> [String] { argument.string.map { [$0] } ?? argument.strings }

    private static func isOf(_ type: String, _ value: JSONValue) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object),
            ("number", .number):
            true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }

    private func length(_ value: JSONValue) -> Double? {
        value.string.map { Double($0.unicodeScalars.count) }
    }

    private func matches(_ text: String, _ pattern: String) -> Bool {
        guard let expression = try? Regex(pattern) else { return false }
        return text.contains(expression)
    }
}

extension SchemaChecker {
    /// How the stored properties of a Swift value differ from the properties of a schema, in name or in being
    /// optional.
    func differences(_ value: Any, _ schema: JSONValue, at path: String = "$") -> [String] {
        let schema = schema["$ref"]?.string.flatMap(target) ?? schema
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional:
            return mirror.children.first.map { differences($0.value, schema, at: path) } ?? []
        case .collection:
            guard let items = schema["items"] else { return ["\(path): the schema has no items"] }
            return mirror.children.flatMap { differences($0.value, items, at: path + "[]") }
        case .dictionary:
            guard let values = schema["additionalProperties"] else {
                return ["\(path): the schema is no dictionary"]
            }
            return mirror.children.flatMap { pair in
                Mirror(reflecting: pair.value).children.dropFirst()
                    .flatMap { differences($0.value, values, at: path + "{}") }
            }
        case .struct where !(value is any RawRepresentable): return fields(of: mirror, schema, path)
        default: return []
        }
    }

    private func fields(of mirror: Mirror, _ schema: JSONValue, _ path: String) -> [String] {
        var (names, required): (Set<String>, Set<String>) = ([], [])
        var found: [String] = []
        for (label, value) in mirror.children where label != "fileDigests" {
            // Digests of a model's files are compared at the start and never written into JSON.
            let name = ControlCoding.snakeCase(label ?? "")
            names.insert(name)
            if Mirror(reflecting: value).displayStyle != .optional { required.insert(name) }
            if let field = schema["properties"]?[name] {
                found += differences(value, field, at: "\(path).\(name)")
            }
        }
        let listed = Set(schema["properties"]?.object?.keys.map { $0 } ?? [])
        if listed != names {
            found.append("\(path): properties differ in \(listed.symmetricDifference(names).sorted())")
        }
        let demanded = Set(schema["required"]?.strings ?? [])
        if demanded != required {
            found.append("\(path): required differs in \(demanded.symmetricDifference(required).sorted())")
        }
        return found
    }
}
