extension ExpressionParser {
    /// A value with what is raised or marked after it.
    mutating func factor() throws(Unread) -> ExpressionNode {
        var value = try base()
        for _ in 0..<Self.mostMarks {
            switch next {
            case .mark("!"):
                place += 1
                value = .call("factorial", [value])
            case .mark("°"):
                place += 1
                value = .degrees(value)
            case .mark("%"):
                place += 1
            case .words:
                place += 1
                // The power of a unit.
                if take("^") { _ = try exponent() }
            case .mark("^"):
                place += 1
                if isNext("°") || isDegreeGroup {
                    place += isNext("°") ? 1 : 3
                    value = .degrees(value)
                } else {
                    value = .power(value, try exponent())
                }
            default: return value
            }
        }
        throw Unread("more than \(Self.mostMarks) signs follow one value")
    }

    /// Signs such as `!` after one value.
    private static let mostMarks = 16

    /// `{\circ}`.
    private var isDegreeGroup: Bool {
        tokens.count >= place + 3 && isNext("{") && tokens[place + 1].isMark("°")
            && tokens[place + 2].isMark("}")
    }

    private mutating func exponent() throws(Unread) -> ExpressionNode {
        try deeper { parser throws(Unread) in
            if parser.take("-") { return try parser.exponent().negated }
            if parser.take("+") { return try parser.exponent() }
            var value = try parser.base()
            if parser.isNext("^") {
                parser.place += 1
                value = .power(value, try parser.exponent())
            }
            return value
        }
    }

    private mutating func base() throws(Unread) -> ExpressionNode {
        switch next {
        case .number(let value, let digits):
            place += 1
            return try number(value, digits)
        case .part(let value):
            place += 1
            return .number(value)
        case .name(let name):
            place += 1
            return .name(name + (try subscriptText()))
        case .mark("∞"):
            place += 1
            return .infinity
        case .mark("∅"):
            place += 1
            return .set([])
        case .mark("("), .mark("["), .mark("{"), .command("{"):
            return try deeper { parser throws(Unread) in try parser.bracket() }
        case .mark("|"): return try deeper { parser throws(Unread) in try parser.bars() }
        case .command(let name): return try deeper { parser throws(Unread) in try parser.command(name) }
        default: throw unexpected
        }
    }

    /// What is below a name: `_{ab}` for `_{ab}`, `_1`; empty for none.
    private mutating func subscriptText() throws(Unread) -> String {
        guard take("_") else { return "" }
        var text = ""
        let isGroup = take("{")
        repeat {
            switch next {
            case .number(let value, _): text += value.canonical
            case .name(let name): text += name
            case .words(let words): text += words.filter { $0.isLetter || $0.isNumber }
            default: throw Unread("an index that is no name or number is not read")
            }
            place += 1
        } while isGroup && !isNext("}") && place < tokens.count
        if isGroup, !take("}") { throw Unread("a bracket is not closed") }
        return "_{\(text)}"
    }

    /// A group in braces, or one part.
    mutating func group() throws(Unread) -> ExpressionNode {
        if isNext("{") {
            return try deeper { parser throws(Unread) in
                guard parser.take("{") else { throw parser.unexpected }
                let value = try parser.inBrackets { inner throws(Unread) in try inner.sum() }
                guard parser.take("}") else { throw parser.closing }
                return value
            }
        }
        if case .number(_, let digits?) = next, digits.count > 1, let first = digits.first?.wholeNumberValue,
            let rest = Int128(digits.dropFirst()).flatMap({ ExactNumber($0, over: 1) })
        {
            // `\frac12` is a half: TeX takes one digit.
            tokens[place].kind = .number(rest, digits: String(digits.dropFirst()))
            return .number(ExactNumber(first))
        }
        return try base()
    }
}
