extension ExpressionParser {
    /// Factors with signs of multiplication and slashes between them, or none.
    mutating func product() throws(Unread) -> ExpressionNode {
        var value = try signed()
        var factors: [ExpressionNode] = []
        var isAfterSlash = false
        var slashCount = 0
        while true {
            if take("*") {
                factors.append(value)
                value = try signed()
                isAfterSlash = false
            } else if take("/") {
                slashCount += 1
                guard slashCount <= 16 else { throw Unread("more than 16 slashes are in one product") }
                let bottom = try signed()
                if factors.isEmpty {
                    value = .quotient(value, bottom)
                } else {
                    factors.append(value)
                    (value, factors) = (.quotient(.product(factors), bottom), [])
                }
                isAfterSlash = true
            } else if beginsFactor {
                guard !isAfterSlash else {
                    throw Unread("a product after a slash may mean two things; brackets are missing")
                }
                guard !isNumberNext else { throw unexpected }
                factors.append(value)
                value = try factor()
            } else {
                break
            }
        }
        return factors.isEmpty ? value : .product(factors + [value])
    }

    private var isNumberNext: Bool {
        switch next {
        case .number, .part: true
        default: false
        }
    }

    /// A factor with a sign of its own: after an operator, as in `2*-3`, or at the start.
    mutating func signed() throws(Unread) -> ExpressionNode {
        if take("-") { return try deeper { parser throws(Unread) in try parser.signed().negated } }
        if take("+") { return try deeper { parser throws(Unread) in try parser.signed() } }
        return try factor()
    }

    /// Whether a factor can begin here without a sign of multiplication.
    var beginsFactor: Bool {
        switch next {
        case .number, .part, .name: true
        case .command(let name): name != "}" && name != "\\" && name != "end:matrix"
        case .mark(let mark): "([{∞√".contains(mark) || mark == "|" && barCount == 0
        default: false
        }
    }
}
