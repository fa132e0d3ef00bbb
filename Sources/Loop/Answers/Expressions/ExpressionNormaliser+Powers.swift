extension ExpressionNormaliser {
    /// A power, whatever the exponent.
    mutating func power(_ base: Polynomial, _ exponent: Polynomial) throws(Unread) -> Polynomial {
        if let exponent = exponent.rational { return try power(base, exponent) }
        if base.rational == ExactNumber(1) { return base }
        guard !base.terms.isEmpty else { throw Unread("a power of 0 is not defined") }
        return Polynomial(Atom(.power(base, exponent)))
    }

    /// A power with a rational exponent.
    mutating func power(_ base: Polynomial, _ exponent: ExactNumber) throws(Unread) -> Polynomial {
        guard !base.terms.isEmpty else {
            guard exponent.numerator > 0 else { throw Unread("the expression divides by 0") }
            return base
        }
        if exponent.numerator == 0 { return Polynomial(ExactNumber(1)) }
        if exponent == ExactNumber(1) { return base }
        guard exponent.denominator == 1 else { return try root(base, exponent) }
        if let term = base.single {
            guard let count = Int(exactly: exponent.numerator),
                let coefficient = term.coefficient.raised(to: count)
            else { return try largeTerm(term, exponent) }
            return try reduced(
                coefficient,
                try term.factors.map { factor throws(Unread) in
                    try factor.raised(to: exponent)
                }
            )
        }
        if exponent.numerator > 0 {
            guard exponent.numerator <= Self.mostPower, base.terms.count <= 16 else {
                return try largeSum(base, exponent)
            }
            var result = base
            for _ in 1..<Int(exponent.numerator) {
                guard let product = try? times(result, base) else { return large(base, exponent) }
                result = product
            }
            return result
        }
        return try largeSum(base, exponent)
    }

    /// A sum's power that is not multiplied out.
    private mutating func largeSum(_ base: Polynomial, _ exponent: ExactNumber) throws(Unread) -> Polynomial {
        let (content, sum) = try primitive(base, keepsSign: false)
        guard let count = Int(exactly: exponent.numerator), let scale = content.raised(to: count) else {
            return large(base, exponent)
        }
        return try reduced(scale, [Polynomial.Factor(atom: Atom(.sum(sum)), exponent: exponent)])
    }

    /// A power that is not multiplied out.
    private func large(_ base: Polynomial, _ exponent: ExactNumber) -> Polynomial {
        Polynomial(Atom(.power(base, Polynomial(exponent))))
    }

    /// A term's power whose coefficient is too large to be exact: by its prime where it has only one, so that
    /// `4^{100}` is `2^{200}`.
    private mutating func largeTerm(_ term: Polynomial.Term, _ exponent: ExactNumber) throws(Unread)
        -> Polynomial
    {
        let primes = try rootFactors(term.coefficient, exponent)
        guard term.coefficient.numerator > 0, primes.count == 1, let only = primes.first,
            case .prime(let prime) = only.atom.kind, let base = ExactNumber(prime, over: 1)
        else { return large(Polynomial(term), exponent) }
        let isUp = only.exponent.numerator > 0
        let size = isUp ? only.exponent : only.exponent.negated ?? only.exponent
        let atom = Atom(.power(Polynomial(base), Polynomial(size)))
        var factors = [Polynomial.Factor(atom: atom, exponent: ExactNumber(isUp ? 1 : -1))]
        for factor in term.factors { factors.append(try factor.raised(to: exponent)) }
        return try reduced(ExactNumber(1), factors)
    }

    /// Splits off what the coefficients have in common, with the first one's sign or without.
    private func primitive(_ base: Polynomial, keepsSign: Bool) throws(Unread) -> (ExactNumber, Polynomial) {
        guard var content = base.content else { throw .tooLarge }
        if !keepsSign, base.isNegative { content = content.negated ?? content }
        guard let scale = ExactNumber(1).divided(by: content) else { throw .tooLarge }
        return (content, try base.scaled(by: scale))
    }

    /// A root, or a power of one: the principal one, of negative numbers the real one if the index is odd.
    private mutating func root(_ base: Polynomial, _ exponent: ExactNumber) throws(Unread) -> Polynomial {
        guard let term = base.single else {
            let (content, sum) = try primitive(base, keepsSign: true)
            let outer = try rootFactors(content, exponent)
            return try reduced(
                ExactNumber(1),
                outer + [Polynomial.Factor(atom: Atom(.sum(sum)), exponent: exponent)]
            )
        }
        var sign = ExactNumber(1)
        var coefficient = term.coefficient
        var factors: [Polynomial.Factor] = []
        let others = term.factors.filter { !$0.atom.isPositive }
        let isOdd = exponent.denominator % 2 == 1
        if coefficient.numerator < 0, isOdd || others.isEmpty && exponent.denominator == 2 {
            coefficient = coefficient.negated ?? coefficient
            if isOdd {
                if exponent.numerator % 2 != 0 { sign = ExactNumber(-1) }
            } else {
                let count = ExactNumber(exponent.numerator, over: 1) ?? ExactNumber(1)
                factors.append(Polynomial.Factor(atom: Atom(.imaginary), exponent: count))
            }
        }
        if coefficient.numerator < 0 {
            coefficient = coefficient.negated ?? coefficient
            let inner = Polynomial.Term(coefficient: ExactNumber(-1), factors: others)
            factors.append(Polynomial.Factor(atom: Atom(.sum(Polynomial(inner))), exponent: exponent))
        } else if others.count == 1, let other = others.first, other.exponent.isUnitPart {
            factors.append(try other.raised(to: exponent))
        } else if !others.isEmpty {
            let inner = Polynomial.Term(coefficient: ExactNumber(1), factors: others)
            factors.append(Polynomial.Factor(atom: Atom(.sum(Polynomial(inner))), exponent: exponent))
        }
        for factor in term.factors where factor.atom.isPositive {
            factors.append(try factor.raised(to: exponent))
        }
        return try reduced(sign, factors + (try rootFactors(coefficient, exponent)))
    }

    /// The power of a positive number as powers of primes.
    private func rootFactors(_ value: ExactNumber, _ exponent: ExactNumber) throws(Unread) -> [Polynomial
        .Factor]
    {
        var factors: [Polynomial.Factor] = []
        for (number, sign) in [(value.numerator, 1), (value.denominator, -1)] {
            for (prime, count) in Primes.factors(of: number) {
                guard let power = exponent.times(ExactNumber(sign * count)) else { throw .tooLarge }
                factors.append(Polynomial.Factor(atom: Atom(.prime(prime)), exponent: power))
            }
        }
        return factors
    }
}

extension Polynomial.Factor {
    /// The factor's power.
    func raised(to exponent: ExactNumber) throws(Unread) -> Polynomial.Factor {
        guard let product = self.exponent.times(exponent) else { throw .tooLarge }
        return Polynomial.Factor(atom: atom, exponent: product)
    }
}

extension ExactNumber {
    /// Whether it is more than 0 and at most 1: then a power of the power is a power of the base, whatever its
    /// value.
    fileprivate var isUnitPart: Bool { numerator > 0 && numerator <= denominator }
}
