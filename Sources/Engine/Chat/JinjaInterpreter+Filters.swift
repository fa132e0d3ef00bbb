extension JinjaInterpreter {
    /// A filter by its name.
    mutating func filter(_ name: String, _ value: JinjaValue, _ call: JinjaCall) throws(JinjaError)
        -> JinjaValue
    {
        try charge(value.size)
        switch name {
        case "default", "d":
            let isMissing: Bool
            if case .undefined = value {
                isMissing = true
            } else {
                isMissing = call.value(1, "boolean")?.isTrue == true && !value.isTrue
            }
            return isMissing ? call.value(0, "default_value") ?? .string("") : value
        case "tojson": return .string(try json(value, call))
        case "string", "safe": return .string(try text(value))
        case "length", "count":
            switch value {
            case .string(let text): return .integer(text.unicodeScalars.count)
            case .list(let list): return .integer(list.items.count)
            case .map(let map): return .integer(map.entries.count)
            case .undefined: return .integer(0)
            default: throw JinjaError("the length of \(value.kind)")
            }
        case "trim", "upper", "lower", "title", "capitalize", "replace", "escape", "e", "indent":
            return try textFilter(name, try text(value), call)
        case "int", "float", "abs", "round": return try numberFilter(name, value, call)
        case "map", "select", "reject", "selectattr", "rejectattr": return try chosen(name, value, call)
        default: return try listFilter(name, value, call)
        }
    }

    private mutating func textFilter(_ name: String, _ text: String, _ call: JinjaCall) throws(JinjaError)
        -> JinjaValue
    {
        switch name {
        case "trim": return try method("strip", .string(text), call)
        case "title":
            try charge(text.utf8.count)
            return .string(Self.titled(text))
        case "escape", "e":
            let signs: [Unicode.Scalar: String] = [
                "&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", "\"": "&#34;",
            ]
            return .string(text.unicodeScalars.map { signs[$0] ?? String($0) }.joined())
        case "indent":
            let width = call.value(0, "width")?.whole ?? 4
            guard (0...256).contains(width) else { throw JinjaError("an indent of \(width)") }
            let indent = String(repeating: " ", count: width)
            var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
                String($0)
            }
            try charge(lines.count * (width + 1))
            let all = call.value(1, "first")?.isTrue == true
            let blank = call.value(2, "blank")?.isTrue == true
            for index in lines.indices
            where (index > 0 || all) && (blank || index == 0 || !lines[index].isEmpty) {
                lines[index] = indent + lines[index]
            }
            return .string(lines.joined(separator: "\n"))
        default: return try method(name, .string(text), call)
        }
    }

    /// As the filter has it, unlike the method: a word begins behind white space and opening signs alone.
    private static func titled(_ text: String) -> String {
        var (result, isInside) = ("", false)
        for scalar in text.unicodeScalars {
            let (properties, isSign) = (scalar.properties, "-({[<".unicodeScalars.contains(scalar))
            result += isInside ? properties.lowercaseMapping : properties.uppercaseMapping
            isInside = !isSign && !properties.isWhitespace
        }
        return result
    }

    private func numberFilter(_ name: String, _ value: JinjaValue, _ call: JinjaCall) throws(JinjaError)
        -> JinjaValue
    {
        let trimmed = value.text.unicodeScalars.filter { !$0.properties.isWhitespace }
        let read = value.number ?? Double(String(String.UnicodeScalarView(trimmed)))
        switch name {
        case "int":
            if let whole = value.whole { return .integer(whole) }
            guard let read, abs(read) < 1e18 else { return call.value(0, "default") ?? .integer(0) }
            return .integer(Int(read))
        case "float": return read.map { .float($0) } ?? call.value(0, "default") ?? .float(0)
        case "abs":
            if case .integer(let number) = value, number != .min { return .integer(abs(number)) }
            guard let number = value.number else { throw JinjaError("abs of \(value.kind)") }
            return .float(abs(number))
        default:
            guard let number = value.number, call.plain.isEmpty else { throw JinjaError("this use of round") }
            return .float(number.rounded(.toNearestOrEven))
        }
    }

    private mutating func chosen(_ name: String, _ value: JinjaValue, _ call: JinjaCall) throws(JinjaError)
        -> JinjaValue
    {
        // As there: what counts as false has nothing to choose from.
        guard value.isTrue else { return .list([]) }
        guard let items = try elements(of: value) else { throw JinjaError("\(name) of \(value.kind)") }
        var kept: [JinjaValue] = []
        let first = call.plain.first
        for item in items {
            try charge(2)
            switch name {
            case "map":
                if let attribute = call.named[.string("attribute")] {
                    let found = try path(item, attribute)
                    if case .undefined = found, let fallback = call.named[.string("default")] {
                        kept.append(fallback)
                    } else {
                        kept.append(found)
                    }
                } else {
                    guard case .string(let filter)? = first else { throw JinjaError("map without a filter") }
                    kept.append(
                        try self.filter(filter, item, JinjaCall(plain: Array(call.plain.dropFirst())))
                    )
                }
            case "select", "reject":
                let isChosen = try passes(item, call.plain[...])
                if isChosen == (name == "select") { kept.append(item) }
            default:
                guard let first else { throw JinjaError("\(name) without an attribute") }
                let isChosen = try passes(try path(item, first), call.plain.dropFirst())
                if isChosen == (name == "selectattr") { kept.append(item) }
            }
        }
        return .list(kept)
    }

    /// Whether a value passes the test that arguments name; without one, whether it is true.
    private mutating func passes(_ value: JinjaValue, _ arguments: ArraySlice<JinjaValue>) throws(JinjaError)
        -> Bool
    {
        guard let name = arguments.first else { return value.isTrue }
        return try test(name.text, value, JinjaCall(plain: Array(arguments.dropFirst())))
    }

    /// A member of a member, `a.b`.
    private mutating func path(_ value: JinjaValue, _ attribute: JinjaValue) throws(JinjaError) -> JinjaValue
    {
        if let place = attribute.whole { return try item(value, .integer(place)) }
        var value = value
        for part in attribute.text.split(separator: ".") {
            if case .undefined = value { return value }
            value = try item(value, Int(part).map { .integer($0) } ?? .string(String(part)))
        }
        return value
    }

    private static let listFilters: Set<String> = [
        "items", "dictsort", "list", "first", "last", "reverse", "join", "sum", "unique", "sort", "min",
        "max",
    ]

    private mutating func listFilter(_ name: String, _ value: JinjaValue, _ call: JinjaCall)
        throws(JinjaError)
        -> JinjaValue
    {
        guard Self.listFilters.contains(name) else { throw JinjaError("the filter \"\(name)\"") }
        if name == "items" || name == "dictsort" {
            if case .undefined = value { return .list([]) }
            guard case .map(let map) = value else { throw JinjaError("\(name) of \(value.kind)") }
            let pairs =
                name == "items"
                ? map.entries : map.entries.sorted { $0.key.text.lowercased() < $1.key.text.lowercased() }
            return .list(pairs.map { .list([$0.key, $0.value], isTuple: true) })
        }
        guard let items = try elements(of: value) else { throw JinjaError("\(name) of \(value.kind)") }
        switch name {
        case "list": return .list(items)
        case "first": return items.first ?? .undefined("first")
        case "last": return items.last ?? .undefined("last")
        case "reverse":
            if case .string(let text) = value {
                return .string(String(String.UnicodeScalarView(text.unicodeScalars.reversed())))
            }
            return .list(items.reversed())
        case "join":
            let separator = try call.value(0, "d").map { (part) throws(JinjaError) in try text(part) } ?? ""
            var texts: [String] = []
            for item in items {
                let shown =
                    try call.value(1, "attribute").map { (part) throws(JinjaError) in try path(item, part) }
                    ?? item
                texts.append(try text(shown))
                try charge(separator.utf8.count)
            }
            return .string(texts.joined(separator: separator))
        case "sum":
            var sum = JinjaValue.integer(0)
            for item in items { sum = try binary("+", sum, item) }
            return sum
        case "unique":
            var (seen, kept) = (JinjaMap(), [JinjaValue]())
            for item in items where seen[item] == nil {
                seen[item] = JinjaValue.none
                kept.append(item)
            }
            return .list(kept)
        case "sort", "min", "max":
            var sorted: [(key: JinjaValue, item: JinjaValue)] = []
            for item in items {
                let key =
                    try call.named[.string("attribute")].map { (part) throws(JinjaError) in
                        try path(item, part)
                    } ?? item
                sorted.append((key, item))
            }
            try charge(items.count * 20)
            if sorted.allSatisfy({ $0.key.number != nil }) {
                sorted.sort { ($0.key.number ?? 0) < ($1.key.number ?? 0) }
            } else {
                sorted.sort { $0.key.text.lowercased() < $1.key.text.lowercased() }
            }
            if name == "min" { return sorted.first?.item ?? .undefined("min") }
            if name == "max" { return sorted.last?.item ?? .undefined("max") }
            let isReversed = call.value(0, "reverse")?.isTrue == true
            return .list(isReversed ? sorted.reversed().map(\.item) : sorted.map(\.item))
        default: throw JinjaError("the filter \"\(name)\"")
        }
    }

    /// A test by its name.
    mutating func test(_ name: String, _ value: JinjaValue, _ call: JinjaCall) throws(JinjaError) -> Bool {
        let other = call.plain.first ?? .undefined("the argument of \(name)")
        switch (name, value) {
        case ("defined", .undefined): return false
        case ("defined", _): return true
        case ("undefined", .undefined): return true
        case ("none", .none): return true
        case ("string", .string), ("mapping", .map), ("boolean", .bool): return true
        case ("true", .bool(let flag)): return flag
        case ("false", .bool(let flag)): return !flag
        case ("integer", .integer), ("float", .float), ("callable", .function): return true
        case ("number", _): return value.number != nil
        case ("iterable", _), ("sequence", _): return value.elements != nil
        case ("undefined", _), ("none", _), ("string", _), ("mapping", _), ("boolean", _), ("true", _),
            ("false", _),
            ("integer", _), ("float", _), ("callable", _):
            return false
        case ("odd", _), ("even", _), ("divisibleby", _):
            let divisor = name == "divisibleby" ? other.whole ?? 0 : 2
            guard let number = value.whole, divisor != 0, divisor != -1 else {
                throw JinjaError("\(name) of \(value.kind)")
            }
            return (number % divisor == 0) != (name == "odd")
        case ("equalto", _), ("eq", _), ("sameas", _): return try isEqual(value, other)
        case ("ne", _): return !(try isEqual(value, other))
        case ("in", _): return try contains(other, value)
        case ("lt", _), ("lessthan", _): return try binary("<", value, other).isTrue
        case ("gt", _), ("greaterthan", _): return try binary(">", value, other).isTrue
        case ("le", _): return try binary("<=", value, other).isTrue
        case ("ge", _): return try binary(">=", value, other).isTrue
        case ("lower", .string(let text)): return text == text.lowercased()
        case ("upper", .string(let text)): return text == text.uppercased()
        default: throw JinjaError("the test \"\(name)\"")
        }
    }
}
