/// Brings expressions into their normal form within a bounded number of steps.
struct ExpressionNormaliser {
    private var stepCount = 0

    /// Products of two terms.
    static let mostSteps = 20_000
    /// The largest exponent by which a sum is multiplied out.
    static let mostPower: Int128 = 32

    /// The normal form.
    ///
    /// - Throws: `Unread` for what is too large, divides by zero or makes no sense.
    static func value(of node: ExpressionNode) throws(Unread) -> ExpressionValue {
        var normaliser = ExpressionNormaliser()
        return try normaliser.value(node)
    }

    private mutating func value(_ node: ExpressionNode) throws(Unread) -> ExpressionValue {
        switch node {
        case .tuple(let items): return .tuple(try values(items))
        case .set(let items): return ExpressionValue.set(of: try values(items))
        case .interval(let ends, let low, let high):
            let (low, high) = (try value(low), try value(high))
            if ends.isLowOpen, ends.isHighOpen { return .tuple([low, high]) }
            return .interval(ends, low, high)
        case .union(let parts): return ExpressionValue.union(of: try values(parts))
        case .matrix(let rows):
            var result: [[ExpressionValue]] = []
            for row in rows { result.append(try values(row)) }
            return .matrix(result)
        case .equation(let left, let right):
            let sides = try plus([try scalar(left), try scalar(right).scaled(by: ExactNumber(-1))])
            guard let content = sides.content, let scale = ExactNumber(1).divided(by: content) else {
                throw Unread("an equation that is always true is no answer")
            }
            return .equation(try sides.scaled(by: sides.isNegative ? scale.negated ?? scale : scale))
        default: return .scalar(try scalar(node))
        }
    }

    private mutating func values(_ nodes: [ExpressionNode]) throws(Unread) -> [ExpressionValue] {
        var values: [ExpressionValue] = []
        for node in nodes { values.append(try value(node)) }
        return values
    }

    mutating func scalar(_ node: ExpressionNode) throws(Unread) -> Polynomial {
        switch node {
        case .number(let value): return Polynomial(value)
        case .name("i"): return Polynomial(Atom(.imaginary))
        case .name(let name): return Polynomial(Atom(.name(name)))
        case .infinity: return Polynomial(Atom(.name("∞")))
        case .sum(let parts):
            var terms: [Polynomial] = []
            for part in parts { terms.append(try scalar(part)) }
            return try plus(terms)
        case .product(let parts):
            var product = Polynomial(ExactNumber(1))
            for part in parts { product = try times(product, try scalar(part)) }
            return product
        case .quotient(let top, let bottom):
            return try times(try scalar(top), try power(try scalar(bottom), ExactNumber(-1)))
        case .power(let base, let exponent):
            return try power(try scalar(base), try scalar(exponent))
        case .degrees(let value): return try scalar(value)
        case .call(let name, let arguments): return try call(name, arguments)
        default: throw Unread("a set, a tuple or a matrix is within a computation")
        }
    }

    private mutating func plus(_ parts: [Polynomial]) throws(Unread) -> Polynomial {
        var sum = Polynomial.zero
        for part in parts {
            try step(part.terms.count)
            sum = try sum.plus(part)
        }
        return sum
    }

    mutating func step(_ count: Int) throws(Unread) {
        stepCount += count
        guard stepCount <= Self.mostSteps else { throw Unread("the expression is too large to be compared") }
    }
}

extension ExactNumber {
    /// The largest whole number that is not more.
    var floor: Int128 {
        let quotient = numerator / denominator
        return numerator < 0 && quotient * denominator != numerator ? quotient - 1 : quotient
    }
}
