extension ExpressionNormaliser {
    /// The product.
    mutating func times(_ left: Polynomial, _ right: Polynomial) throws(Unread) -> Polynomial {
        try step(left.terms.count * right.terms.count)
        var result = Polynomial.zero
        for a in left.terms.values {
            for b in right.terms.values {
                guard let coefficient = a.coefficient.times(b.coefficient) else { throw .tooLarge }
                let product = try reduced(coefficient, a.factors + b.factors)
                if let term = product.single {
                    try result.add(term)
                } else {
                    result = try result.plus(product)
                }
            }
            guard result.terms.count <= Polynomial.mostTerms else { throw .tooManyTerms }
        }
        return result
    }

    /// A product of factors with like ones joined, whole powers of primes and sums multiplied out.
    mutating func reduced(_ coefficient: ExactNumber, _ factors: [Polynomial.Factor]) throws(Unread)
        -> Polynomial
    {
        var (coefficient, exponents): (ExactNumber, [String: ExactNumber]) = (coefficient, [:])
        var atoms: [String: Atom] = [:]
        for factor in factors {
            let old = exponents[factor.atom.text] ?? ExactNumber(0)
            guard let sum = old.plus(factor.exponent) else { throw .tooLarge }
            exponents[factor.atom.text] = sum
            atoms[factor.atom.text] = factor.atom
        }
        var kept: [Polynomial.Factor] = []
        var sums: [Polynomial] = []
        for text in exponents.keys.sorted() {
            guard let atom = atoms[text], var exponent = exponents[text], exponent.numerator != 0 else {
                continue
            }
            let whole = exponent.floor
            switch atom.kind {
            case .prime(let prime) where whole != 0:
                guard let count = Int(exactly: whole),
                    let scale = ExactNumber(prime, over: 1)?.raised(to: count),
                    let product = coefficient.times(scale)
                else { throw .tooLarge }
                coefficient = product
            case .imaginary:
                let turn = ((whole % 4) + 4) % 4
                if turn >= 2 { coefficient = coefficient.negated ?? coefficient }
                if turn % 2 == 1 { kept.append(Polynomial.Factor(atom: atom, exponent: ExactNumber(1))) }
                continue
            case .sum(let sum)
            where exponent.denominator == 1 && (sum.single != nil || whole < 0 && sum.isNegative):
                // A root was squared: what is left is a plain power.
                sums.append(try power(sum, exponent))
                continue
            case .sum(let sum) where whole >= 1 && whole <= Self.mostPower && sum.terms.count <= 16:
                for _ in 0..<whole { sums.append(sum) }
            default:
                kept.append(Polynomial.Factor(atom: atom, exponent: exponent))
                continue
            }
            guard let rest = exponent.plus(ExactNumber(Int(-whole))) else { throw .tooLarge }
            exponent = rest
            if exponent.numerator != 0 { kept.append(Polynomial.Factor(atom: atom, exponent: exponent)) }
        }
        var result = Polynomial(Polynomial.Term(coefficient: coefficient, factors: kept))
        for sum in sums { result = try times(result, sum) }
        return result
    }
}
