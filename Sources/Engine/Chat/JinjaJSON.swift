extension JinjaInterpreter {
    /// A value as JSON, as Python's `json.dumps` writes it with transformers' settings.
    mutating func json(_ value: JinjaValue, _ call: JinjaCall) throws(JinjaError) -> String {
        // The places of the arguments are those of transformers' own filter.
        let indent = call.value(1, "indent")?.whole
        guard (0...16).contains(indent ?? 0) else { throw JinjaError("an indent of \(indent ?? 0)") }
        var separators = (item: indent == nil ? ", " : ",", key: ": ")
        if case .list(let given)? = call.value(2, "separators"), given.items.count == 2 {
            separators = (given.items[0].text, given.items[1].text)
        }
        var writer = JinjaJSONWriter(
            indent: indent,
            separators: separators,
            sortsKeys: call.value(3, "sort_keys")?.isTrue == true,
            isASCII: call.value(0, "ensure_ascii")?.isTrue == true
        )
        // Bounded by the value's size, which counts shared parts as often as they are written.
        try charge(value.size.multipliedReportingOverflow(by: 1 + value.depth * (indent ?? 0)).partialValue)
        try writer.write(value, level: 0)
        return writer.text
    }
}

/// Writes JSON as Python does.
private struct JinjaJSONWriter {
    let indent: Int?
    let separators: (item: String, key: String)
    let sortsKeys: Bool
    let isASCII: Bool
    private(set) var text = ""

    init(indent: Int?, separators: (item: String, key: String), sortsKeys: Bool, isASCII: Bool) {
        self.indent = indent
        self.separators = separators
        self.sortsKeys = sortsKeys
        self.isASCII = isASCII
    }

    mutating func write(_ value: JinjaValue, level: Int) throws(JinjaError) {
        switch value {
        case .none: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .integer, .float: text += value.spelled
        case .string(let string): quote(string)
        case .list(let list):
            try items(list.items, "[", "]", level) { (writer, item) throws(JinjaError) in
                try writer.write(item, level: level + 1)
            }
        case .map(let map):
            let entries = sortsKeys ? map.entries.sorted { $0.key.text < $1.key.text } : map.entries
            try items(entries, "{", "}", level) { (writer, entry) throws(JinjaError) in
                writer.quote(entry.key.text)
                writer.text += writer.separators.key
                try writer.write(entry.value, level: level + 1)
            }
        default: throw JinjaError("\(value.kind) as JSON")
        }
    }

    private mutating func items<Item>(
        _ items: [Item],
        _ open: String,
        _ close: String,
        _ level: Int,
        _ write: (inout JinjaJSONWriter, Item) throws(JinjaError) -> Void
    ) throws(JinjaError) {
        text += open
        for (index, item) in items.enumerated() {
            if index > 0 { text += separators.item }
            startLine(level + 1)
            try write(&self, item)
        }
        if !items.isEmpty { startLine(level) }
        text += close
    }

    private mutating func startLine(_ level: Int) {
        guard let indent else { return }
        text += "\n" + String(repeating: " ", count: indent * level)
    }

    private mutating func quote(_ string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            default:
                if scalar.value < 0x20 || (isASCII && scalar.value > 0x7E) {
                    for unit in String(scalar).utf16 {
                        let digits = String(unit, radix: 16)
                        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    }
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        text += "\""
    }
}
