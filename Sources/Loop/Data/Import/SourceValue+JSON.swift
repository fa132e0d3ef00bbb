extension SourceValue {
    /// The value as JSON on one line: fields in their order, numbers by their digits.
    public var json: String {
        switch self {
        case .null: "null"
        case .bool(let isTrue): isTrue ? "true" : "false"
        case .number(let digits): digits
        case .text(let text): QuestionFile.quoted(text)
        case .list(let items): "[" + items.map(\.json).joined(separator: ", ") + "]"
        case .object(let fields):
            "{"
                + fields.names.map { "\(QuestionFile.quoted($0)): \((fields[$0] ?? .null).json)" }
                .joined(separator: ", ") + "}"
        }
    }

    /// The JSON of an object, or of a list that is not empty; nil for anything else.
    var structure: String? {
        switch self {
        case .object: json
        case .list(let items): items.isEmpty ? nil : json
        case .null, .bool, .number, .text: nil
        }
    }

    /// The object or list that a text is, as JSON on one line; nil for other texts.
    static func structure(of text: String) -> String? {
        guard let first = text.first(where: { !$0.isWhitespace }), first == "{" || first == "[" else {
            return nil
        }
        var source = JSONSource(Array(text.utf8), name: "answer")
        guard let value = try? source.value(), !source.hasMore() else { return nil }
        switch value {
        case .object, .list: return value.json
        case .null, .bool, .number, .text: return nil
        }
    }
}
