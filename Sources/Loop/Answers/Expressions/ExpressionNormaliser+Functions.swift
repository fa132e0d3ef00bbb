extension ExpressionNormaliser {
    /// A function's value, taken apart where it is exact.
    mutating func call(_ name: String, _ nodes: [ExpressionNode]) throws(Unread) -> Polynomial {
        var values: [Polynomial] = []
        let isAngle = Self.angles.contains(name)
        for node in nodes { values.append(isAngle ? try angle(node) : try scalar(node)) }
        guard let first = values.first else { throw Unread("\"\(name)\" has no value") }
        let second = values.dropFirst().first
        switch name {
        case "sqrt": return try power(first, ExactNumber(1, over: 2) ?? ExactNumber(1))
        case "cbrt": return try power(first, ExactNumber(1, over: 3) ?? ExactNumber(1))
        case "root":
            guard let index = second?.rational, index.denominator == 1, index.numerator > 1,
                let exponent = ExactNumber(1).divided(by: index)
            else { throw Unread("a root's index is a whole number of 2 or more") }
            return try power(first, exponent)
        case "exp": return try power(Polynomial(Atom(.name("e"))), first)
        case "abs": return try size(first)
        case "ln": return try logarithm(first)
        case "log", "lg":
            let base = second ?? Polynomial(ExactNumber(10))
            if let exponent = Self.exponent(of: first, base: base) { return Polynomial(exponent) }
            return try times(try logarithm(first), try power(try logarithm(base), ExactNumber(-1)))
        case "factorial": return factorial(first)
        case "binom": return second.flatMap { binomial(first, $0) } ?? atom(name, values)
        case "floor", "ceil":
            guard let value = first.rational else { return atom(name, values) }
            let low = value.floor
            let isWhole = value.denominator == 1
            let whole = name == "floor" || isWhole ? low : low + 1
            return ExactNumber(whole, over: 1).map { Polynomial($0) } ?? atom(name, values)
        default: return atom(Self.fullNames[name] ?? name, values)
        }
    }

    private static let angles: Set<String> = ["sin", "cos", "tan", "cot", "sec", "csc"]
    private static let fullNames = ["asin": "arcsin", "acos": "arccos", "atan": "arctan"]

    private func atom(_ name: String, _ values: [Polynomial]) -> Polynomial {
        Polynomial(Atom(.call(name, values)))
    }

    /// An angle: degrees count as parts of pi here, and nowhere else.
    private mutating func angle(_ node: ExpressionNode) throws(Unread) -> Polynomial {
        switch node {
        case .degrees(let value):
            let part = Polynomial.Term(
                coefficient: ExactNumber(1, over: 180) ?? ExactNumber(1),
                factors: [Polynomial.Factor(atom: Atom(.name("pi")), exponent: ExactNumber(1))]
            )
            return try times(try scalar(value), Polynomial(part))
        case .product(let factors) where factors.contains(where: \.isDegrees):
            var product = Polynomial(ExactNumber(1))
            for factor in factors {
                product = try times(product, factor.isDegrees ? try angle(factor) : try scalar(factor))
            }
            return product
        default: return try scalar(node)
        }
    }

    /// `|x|`, where `|-x|` and `|2x|` give the same form.
    private mutating func size(_ value: Polynomial) throws(Unread) -> Polynomial {
        guard let content = value.content, !value.terms.isEmpty,
            let scale = ExactNumber(1).divided(by: content)
        else { return value }
        let inner = try value.scaled(by: value.isNegative ? scale.negated ?? scale : scale)
        if let term = inner.single, term.factors.allSatisfy(\.atom.isPositive) {
            return try inner.scaled(by: content)
        }
        return try atom("abs", [inner]).scaled(by: content)
    }

    /// The natural logarithm: of a positive number by its primes.
    private mutating func logarithm(_ value: Polynomial) throws(Unread) -> Polynomial {
        guard !value.terms.isEmpty else { throw Unread("the logarithm of 0 is not defined") }
        guard let term = value.single, term.coefficient.numerator > 0,
            term.factors.allSatisfy(\.atom.isPositive)
        else { return atom("ln", [value]) }
        var sum = Polynomial.zero
        for (number, sign) in [(term.coefficient.numerator, 1), (term.coefficient.denominator, -1)] {
            for (prime, count) in Primes.factors(of: number) {
                let part = ExactNumber(prime, over: 1).map { Polynomial($0) } ?? value
                sum = try sum.plus(try atom("ln", [part]).scaled(by: ExactNumber(sign * count)))
            }
        }
        for factor in term.factors {
            let inner =
                switch factor.atom.kind {
                case .name("e"): Polynomial(ExactNumber(1))
                case .prime(let prime):
                    atom("ln", [ExactNumber(prime, over: 1).map { Polynomial($0) } ?? value])
                default: atom("ln", [Polynomial(factor.atom)])
                }
            sum = try sum.plus(try inner.scaled(by: factor.exponent))
        }
        return sum
    }

    /// The exponent with which a whole number gives another, such as 2 for 10 and 100; nil where it is not
    /// rational.
    private static func exponent(of value: Polynomial, base: Polynomial) -> ExactNumber? {
        guard let value = value.rational, let base = base.rational, value.denominator == 1,
            base.denominator == 1,
            value.numerator > 1, base.numerator > 1
        else { return nil }
        let (top, bottom) = (Primes.factors(of: value.numerator), Primes.factors(of: base.numerator))
        guard top.map(\.prime) == bottom.map(\.prime), let first = top.first, let other = bottom.first,
            zip(top, bottom).allSatisfy({ $0.count * other.count == $1.count * first.count })
        else { return nil }
        return ExactNumber(Int128(first.count), over: Int128(other.count))
    }

    private func factorial(_ value: Polynomial) -> Polynomial {
        guard let number = value.rational, number.denominator == 1, (0...33).contains(number.numerator) else {
            return atom("factorial", [value])
        }
        var product: Int128 = 1
        for factor in 0..<number.numerator { product *= factor + 1 }
        return ExactNumber(product, over: 1).map { Polynomial($0) } ?? atom("factorial", [value])
    }

    private func binomial(_ top: Polynomial, _ bottom: Polynomial) -> Polynomial? {
        guard let n = top.rational, let k = bottom.rational, n.denominator == 1, k.denominator == 1,
            (0...60).contains(n.numerator), (0...n.numerator).contains(k.numerator)
        else { return nil }
        var value: Int128 = 1
        for step in 0..<k.numerator { value = value * (n.numerator - step) / (step + 1) }
        return ExactNumber(value, over: 1).map { Polynomial($0) }
    }
}

extension ExpressionNode {
    fileprivate var isDegrees: Bool {
        guard case .degrees = self else { return false }
        return true
    }
}
