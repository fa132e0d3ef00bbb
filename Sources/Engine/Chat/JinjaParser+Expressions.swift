extension JinjaParser {
    /// Counts what makes the tree of a tag deeper.
    private mutating func link() throws(JinjaError) {
        links += 1
        guard links <= Self.mostLinks else {
            throw JinjaError("more than \(Self.mostLinks) operators in a tag")
        }
    }

    /// An expression, or several with commas between: a tuple.
    mutating func tuple() throws(JinjaError) -> JinjaExpression {
        let first = try expression()
        guard next == .sign(",") else { return first }
        var items = [first]
        while take(",") {
            if case .close? = next { break }
            items.append(try expression())
        }
        return .tuple(items)
    }

    mutating func expression() throws(JinjaError) -> JinjaExpression {
        try deeper { (parser) throws(JinjaError) in
            var value = try parser.either()
            while parser.take(word: "if") {
                let condition = try parser.either()
                let otherwise = parser.take(word: "else") ? try parser.expression() : nil
                value = .choice(value, condition: condition, otherwise: otherwise)
            }
            return value
        }
    }

    mutating func either() throws(JinjaError) -> JinjaExpression {
        var left = try both()
        while take(word: "or") {
            try link()
            left = .binary("or", left, try both())
        }
        return left
    }

    private mutating func both() throws(JinjaError) -> JinjaExpression {
        var left = try negation()
        while take(word: "and") {
            try link()
            left = .binary("and", left, try negation())
        }
        return left
    }

    private mutating func negation() throws(JinjaError) -> JinjaExpression {
        guard take(word: "not") else { return try comparison() }
        return .unary("not", try deeper { (parser) throws(JinjaError) in try parser.negation() })
    }

    private mutating func comparison() throws(JinjaError) -> JinjaExpression {
        var left = try sum()
        var result: JinjaExpression?
        while true {
            try link()
            let sign: String
            if case .sign(let found)? = next, ["==", "!=", "<", ">", "<=", ">="].contains(found) {
                sign = found
                index += 1
            } else if take(word: "in") {
                sign = "in"
            } else if next == .name("not"), index + 1 < tokens.count, tokens[index + 1] == .name("in") {
                sign = "not in"
                index += 2
            } else {
                return result ?? left
            }
            let right = try sum()
            let compared = JinjaExpression.binary(sign, left, right)
            result = result.map { .binary("and", $0, compared) } ?? compared
            left = right
        }
    }

    private mutating func sum() throws(JinjaError) -> JinjaExpression {
        var left = try joined()
        while case .sign(let sign)? = next, sign == "+" || sign == "-" {
            index += 1
            try link()
            left = .binary(sign, left, try joined())
        }
        return left
    }

    private mutating func joined() throws(JinjaError) -> JinjaExpression {
        var left = try product()
        while take("~") {
            try link()
            left = .binary("~", left, try product())
        }
        return left
    }

    private mutating func product() throws(JinjaError) -> JinjaExpression {
        var left = try power()
        while case .sign(let sign)? = next, ["*", "/", "//", "%"].contains(sign) {
            index += 1
            try link()
            left = .binary(sign, left, try power())
        }
        return left
    }

    private mutating func power() throws(JinjaError) -> JinjaExpression {
        var left = try unary(withFilters: true)
        while take("**") {
            try link()
            left = .binary("**", left, try unary(withFilters: true))
        }
        return left
    }

    private mutating func unary(withFilters: Bool) throws(JinjaError) -> JinjaExpression {
        try deeper { (parser) throws(JinjaError) in
            var value: JinjaExpression
            if parser.take("-") {
                value = .unary("-", try parser.unary(withFilters: false))
            } else if parser.take("+") {
                value = .unary("+", try parser.unary(withFilters: false))
            } else {
                value = try parser.primary()
            }
            value = try parser.postfix(value)
            return withFilters ? try parser.filters(value) : value
        }
    }

    private mutating func primary() throws(JinjaError) -> JinjaExpression {
        guard let token = next else { throw JinjaError("an expression ends") }
        index += 1
        switch token {
        case .string(var text):
            while case .string(let more)? = next {
                text += more
                index += 1
            }
            return .literal(.string(text))
        case .integer(let number): return .literal(.integer(number))
        case .float(let number): return .literal(.float(number))
        case .name(let name):
            switch name {
            case "true", "True": return .literal(.bool(true))
            case "false", "False": return .literal(.bool(false))
            case "none", "None": return .literal(.none)
            default: return .name(name)
            }
        case .sign("("):
            if take(")") { return .tuple([]) }
            let first = try expression()
            guard next == .sign(",") else {
                try require(")")
                return first
            }
            return .tuple([first] + (try items(until: ")")))
        case .sign("["):
            if take("]") { return .list([]) }
            let first = try expression()
            return .list([first] + (try items(until: "]")))
        case .sign("{"): return .map(try entries())
        default: throw JinjaError("an expression begins with \(token)")
        }
    }

    /// More items after the first, and the sign that ends them.
    private mutating func items(until end: String) throws(JinjaError) -> [JinjaExpression] {
        var items: [JinjaExpression] = []
        while take(",") {
            if next == .sign(end) { break }
            items.append(try expression())
        }
        try require(end)
        return items
    }

    private mutating func entries() throws(JinjaError) -> [(JinjaExpression, JinjaExpression)] {
        var entries: [(JinjaExpression, JinjaExpression)] = []
        while next != .sign("}") {
            let key = try expression()
            try require(":")
            entries.append((key, try expression()))
            guard take(",") else { break }
        }
        try require("}")
        return entries
    }

    private mutating func postfix(_ start: JinjaExpression) throws(JinjaError) -> JinjaExpression {
        var value = start
        while true {
            if take(".") {
                if case .integer(let number)? = next {
                    index += 1
                    value = .item(value, .literal(.integer(number)))
                } else {
                    value = .member(value, try name())
                }
            } else if take("[") {
                value = try subscripted(value)
            } else if next == .sign("(") {
                value = .call(value, try arguments())
            } else {
                return value
            }
            try link()
        }
    }

    private mutating func subscripted(_ value: JinjaExpression) throws(JinjaError) -> JinjaExpression {
        var parts: [JinjaExpression?] = [nil]
        while next != .sign("]") {
            if take(":") {
                parts.append(nil)
                guard parts.count <= 3 else { throw JinjaError("a slice of four parts") }
            } else {
                parts[parts.count - 1] = try expression()
                guard next == .sign(":") || next == .sign("]") else {
                    throw JinjaError("a subscript with \(place)")
                }
            }
        }
        try require("]")
        if parts.count == 1, let only = parts[0] { return .item(value, only) }
        guard parts.count > 1 else { throw JinjaError("an empty subscript") }
        return .slice(value, parts[0], parts[1], parts.count > 2 ? parts[2] : nil)
    }

    private mutating func filters(_ start: JinjaExpression) throws(JinjaError) -> JinjaExpression {
        var value = start
        while true {
            if take("|") {
                value = .filter(value, try name(), try optionalArguments())
            } else if take(word: "is") {
                let isNegated = take(word: "not")
                value = .test(value, try name(), try testArguments(), isNegated: isNegated)
            } else if next == .sign("(") {
                value = .call(value, try arguments())
            } else {
                return value
            }
            try link()
        }
    }

    private mutating func testArguments() throws(JinjaError) -> JinjaArguments {
        switch next {
        case .sign("("): return try arguments()
        case .string, .integer, .float, .sign("["), .sign("{"):
            let value = try primary()
            return JinjaArguments(plain: [try postfix(value)])
        case .name(let name)
        where !["else", "or", "and", "is", "if", "in", "not", "recursive"].contains(name):
            let value = try primary()
            return JinjaArguments(plain: [try postfix(value)])
        default: return JinjaArguments()
        }
    }

    mutating func optionalArguments() throws(JinjaError) -> JinjaArguments {
        next == .sign("(") ? try arguments() : JinjaArguments()
    }

    private mutating func arguments() throws(JinjaError) -> JinjaArguments {
        try require("(")
        var arguments = JinjaArguments()
        while next != .sign(")") {
            if case .name(let name)? = next, index + 1 < tokens.count, tokens[index + 1] == .sign("=") {
                index += 2
                arguments.named.append((name, try expression()))
            } else {
                arguments.plain.append(try expression())
            }
            guard take(",") else { break }
        }
        try require(")")
        return arguments
    }
}
