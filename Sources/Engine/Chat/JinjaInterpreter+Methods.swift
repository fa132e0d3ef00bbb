extension JinjaInterpreter {
    static let stringMethods: Set<String> = [
        "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "startswith", "endswith", "replace",
        "upper",
        "lower", "title", "capitalize", "join", "find", "count", "removeprefix", "removesuffix", "isdigit",
        "isspace",
        "format",
    ]

    /// A method of a string or a mapping.
    mutating func method(_ name: String, _ base: JinjaValue, _ call: JinjaCall) throws(JinjaError)
        -> JinjaValue
    {
        try charge(base.size)
        if case .map(let map) = base {
            switch name {
            case "items": return .list(map.entries.map { .list([$0.key, $0.value], isTuple: true) })
            case "keys": return .list(map.entries.map(\.key))
            case "values": return .list(map.entries.map(\.value))
            default: return call.plain.first.flatMap { map[$0] } ?? call.value(1, "default") ?? .none
            }
        }
        guard case .string(let text) = base else { throw JinjaError("\(name) of \(base.kind)") }
        let first = call.plain.first
        switch name {
        case "strip", "lstrip", "rstrip":
            return .string(stripped(text, first ?? call.value(0, "chars"), name))
        case "upper": return .string(text.uppercased())
        case "lower": return .string(text.lowercased())
        case "title", "capitalize": return .string(cased(text, everyWord: name == "title"))
        case "split", "rsplit": return .list(try split(text, call, fromEnd: name == "rsplit"))
        case "splitlines":
            let keepsEnds = call.value(0, "keepends")?.isTrue == true
            return .list(Self.lines(of: text, keepsEnds: keepsEnds).map { .string($0) })
        case "replace":
            guard case .string(let old)? = first, call.plain.count >= 2, call.plain.count <= 3 else {
                throw JinjaError("replace without two texts")
            }
            return .string(
                try replaced(text, old, try self.text(call.plain[1]), call.value(2, "count")?.whole)
            )
        case "format": return .string(try formatted(text, call))
        case "join": return try filter("join", first ?? .list([]), JinjaCall(plain: [base]))
        case "isdigit", "isspace":
            let isFine = text.unicodeScalars.allSatisfy {
                name == "isdigit" ? $0.properties.numericType == .decimal : $0.properties.isWhitespace
            }
            return .bool(!text.isEmpty && isFine)
        default: return try search(name, text, first)
        }
    }

    /// `{}`, `{0}` and `{name}` in a text; anything else in braces is refused.
    private mutating func formatted(_ text: String, _ call: JinjaCall) throws(JinjaError) -> String {
        var (result, field, next): (String, String?, Int) = ("", nil, 0)
        var scalars = text.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            if let name = field {
                guard scalar == "}" else {
                    field = name + String(scalar)
                    continue
                }
                let value =
                    name.isEmpty || Int(name) != nil
                    ? call.value(Int(name) ?? next, "") : call.named[.string(name)]
                guard let value else { throw JinjaError("the field {\(name)} of a format") }
                if name.isEmpty { next += 1 }
                result += try self.text(value)
                field = nil
            } else if scalar == "{" || scalar == "}" {
                if scalars.first == scalar {
                    scalars.removeFirst()
                    result.unicodeScalars.append(scalar)
                } else if scalar == "{" {
                    field = ""
                } else {
                    throw JinjaError("a bare } in a format")
                }
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        guard field == nil else { throw JinjaError("a field that does not end in a format") }
        return result
    }

    private mutating func search(_ name: String, _ text: String, _ wanted: JinjaValue?) throws(JinjaError)
        -> JinjaValue
    {
        if case .list(let list)? = wanted, name == "startswith" || name == "endswith" {
            for item in list.items where try search(name, text, item).isTrue { return .bool(true) }
            return .bool(false)
        }
        guard case .string(let wanted)? = wanted else { throw JinjaError("\(name) without a text") }
        let (bytes, part) = (Array(text.utf8), Array(wanted.utf8))
        let (starts, ends) = (bytes.starts(with: part), bytes.reversed().starts(with: part.reversed()))
        switch name {
        case "startswith": return .bool(starts)
        case "endswith": return .bool(ends)
        case "removeprefix":
            return .string(starts ? String(decoding: bytes.dropFirst(part.count), as: UTF8.self) : text)
        case "removesuffix":
            return .string(
                ends && !part.isEmpty ? String(decoding: bytes.dropLast(part.count), as: UTF8.self) : text
            )
        case "find":
            guard let range = Self.range(of: wanted, in: bytes[...]) else { return .integer(-1) }
            return .integer(String(decoding: bytes[..<range.lowerBound], as: UTF8.self).unicodeScalars.count)
        case "count":
            guard !part.isEmpty else { throw JinjaError("count of an empty text") }
            return .integer(pieces(bytes, wanted, most: .max).count - 1)
        default: throw JinjaError("the method \"\(name)\"")
        }
    }

    private func stripped(_ text: String, _ signs: JinjaValue?, _ name: String) -> String {
        var given: Set<Unicode.Scalar>?
        if case .string(let signs)? = signs { given = Set(signs.unicodeScalars) }
        func goes(_ scalar: Unicode.Scalar) -> Bool {
            given?.contains(scalar)
                ?? (scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value))
        }
        var scalars = text.unicodeScalars[...]
        if name != "rstrip" { scalars = scalars.drop(while: goes) }
        if name != "lstrip" { while let last = scalars.last, goes(last) { scalars.removeLast() } }
        return String(String.UnicodeScalarView(scalars))
    }

    /// Lines as Python cuts them.
    private static func lines(of text: String, keepsEnds: Bool) -> [String] {
        let scalars = Array(text.unicodeScalars)
        var (lines, start, index): ([String], Int, Int) = ([], 0, 0)
        func line(to end: Int) -> String { String(String.UnicodeScalarView(scalars[start..<end])) }
        while index < scalars.count {
            var end = index + 1
            switch scalars[index].value {
            case 0xD: if end < scalars.count, scalars[end] == "\n" { end += 1 }
            case 0xA...0xC, 0x1C...0x1E, 0x85, 0x2028, 0x2029: break
            default:
                index = end
                continue
            }
            lines.append(line(to: keepsEnds ? end : index))
            (start, index) = (end, end)
        }
        if start < scalars.count { lines.append(line(to: scalars.count)) }
        return lines
    }

    private func cased(_ text: String, everyWord: Bool) -> String {
        var (result, isInside) = ("", false)
        for character in text {
            let isLetter = character.isLetter
            result += isInside ? character.lowercased() : character.uppercased()
            isInside = everyWord ? isLetter : true
        }
        return result
    }

    private func pieces(_ bytes: [UInt8], _ separator: String, most: Int) -> [String] {
        var (pieces, start): ([String], Int) = ([], 0)
        while pieces.count < most, let range = Self.range(of: separator, in: bytes[start...]) {
            pieces.append(String(decoding: bytes[start..<range.lowerBound], as: UTF8.self))
            start = range.upperBound
        }
        return pieces + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    private mutating func split(_ text: String, _ call: JinjaCall, fromEnd: Bool) throws(JinjaError)
        -> [JinjaValue]
    {
        let most = call.value(1, "maxsplit")?.whole ?? -1
        guard case .string(let separator)? = call.value(0, "sep") else {
            guard most < 0 else { throw JinjaError("a split at blanks with a limit") }
            return text.unicodeScalars.split { $0.properties.isWhitespace }.map { .string(String($0)) }
        }
        guard !separator.isEmpty else { throw JinjaError("a split at an empty text") }
        var parts = pieces(Array(text.utf8), separator, most: fromEnd || most < 0 ? .max : most)
        try charge(parts.count)
        if fromEnd, most >= 0, parts.count > most + 1 {
            let head = parts.prefix(parts.count - most).joined(separator: separator)
            parts = [head] + parts.suffix(most)
        }
        return parts.map { .string($0) }
    }

    private mutating func replaced(_ text: String, _ old: String, _ new: String, _ count: Int?)
        throws(JinjaError)
        -> String
    {
        let most = count.map { $0 < 0 ? .max : $0 } ?? .max
        guard !old.isEmpty else { throw JinjaError("a replacement of an empty text") }
        let parts = pieces(Array(text.utf8), old, most: most)
        let (size, isOver) = parts.count.multipliedReportingOverflow(by: new.utf8.count + 1)
        try charge(isOver ? limits.steps + 1 : size)
        return parts.joined(separator: new)
    }

    /// A function of the language or of transformers.
    mutating func function(_ name: String, _ call: JinjaCall) throws(JinjaError) -> JinjaValue {
        switch name {
        case "namespace", "dict":
            var values = JinjaMap()
            if case .map(let map)? = call.plain.first { values = map }
            for (key, value) in call.named.entries { values[key] = try held(value) }
            return name == "dict" ? .map(values) : .namespace(JinjaNamespace(values))
        case "raise_exception":
            throw JinjaError(
                "the template refuses the conversation: \(try text(call.plain.first ?? .string("")))"
            )
        case "range":
            let numbers = call.plain.compactMap(\.whole)
            guard numbers.count == call.plain.count, (1...3).contains(numbers.count) else {
                throw JinjaError("this range")
            }
            let (first, last) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
            let step = numbers.count == 3 ? numbers[2] : 1
            guard step != 0, abs(first.subtractingReportingOverflow(last).partialValue) <= 100_000 else {
                throw JinjaError("a range of more than 100000 numbers")
            }
            let values = stride(from: first, to: last, by: step).map { JinjaValue.integer($0) }
            try charge(values.count)
            return .list(values)
        case "strftime_now":
            guard let date, date.count == 6, case .string(let format)? = call.plain.first else {
                throw JinjaError("strftime_now without a date")
            }
            return .string(try JinjaDate(date).text(format))
        default: throw JinjaError("the function \"\(name)\"")
        }
    }
}
