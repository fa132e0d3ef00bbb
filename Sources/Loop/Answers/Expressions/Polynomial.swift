/// A sum of products of atoms with exact coefficients and exponents: the normal form of an expression.
///
/// Variables, roots of primes, `pi`, `e`, function values and sums that are divided by are atoms. Two forms
/// that are the same are equal expressions; that two forms differ does not say that the expressions do.
struct Polynomial: Hashable {
    /// By the text of the factors; no coefficient is 0.
    private(set) var terms: [String: Term] = [:]

    /// A coefficient with its factors, these by the order of their texts.
    struct Term: Hashable {
        var coefficient: ExactNumber
        var factors: [Factor]

        var key: String { factors.map(\.text).joined(separator: "*") }
    }

    /// An atom with its exponent, which is not 0.
    struct Factor: Hashable {
        let atom: Atom
        let exponent: ExactNumber

        var text: String {
            if exponent == ExactNumber(1) { return atom.text }
            if exponent.numerator == 1, exponent.denominator == 2 { return "sqrt(\(atom.text))" }
            let isPlain = exponent.denominator == 1 && exponent.numerator > 0
            let fraction =
                "\(exponent.numerator)" + (exponent.denominator == 1 ? "" : "/\(exponent.denominator)")
            return "\(atom.text)^" + (isPlain ? fraction : "(\(fraction))")
        }
    }

    /// Terms of a sum.
    static let mostTerms = 256
    /// Names that are no variables.
    static let constants: Set<String> = ["e", "i", "pi"]

    static var zero: Polynomial { Polynomial() }

    init() {}

    init(_ value: ExactNumber) { insert(Term(coefficient: value, factors: [])) }

    init(_ atom: Atom, to exponent: ExactNumber = ExactNumber(1)) {
        insert(
            Term(coefficient: ExactNumber(1), factors: [Factor(atom: atom, exponent: exponent)])
        )
    }

    init(_ term: Term) { insert(term) }

    private mutating func insert(_ term: Term) {
        if term.coefficient.numerator != 0 { terms[term.key] = term }
    }

    /// Adds a term.
    mutating func add(_ term: Term) throws(Unread) {
        let key = term.key
        guard let old = terms[key] else { return insert(term) }
        guard let sum = old.coefficient.plus(term.coefficient) else { throw .tooLarge }
        terms[key] = sum.numerator == 0 ? nil : Term(coefficient: sum, factors: term.factors)
    }

    /// The terms in the order of the text: the highest degree first.
    var ordered: [Term] {
        terms.map { (key: $0.key, term: $0.value, degree: $0.value.degree) }
            .sorted {
                $0.degree == $1.degree
                    ? $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) : $0.degree > $1.degree
            }
            .map(\.term)
    }

    /// The number, where it is rational; nil for what holds an atom.
    var rational: ExactNumber? {
        guard terms.count <= 1 else { return nil }
        guard let term = terms.first?.value else { return ExactNumber(0) }
        return term.factors.isEmpty ? term.coefficient : nil
    }

    /// The only term; nil where there are more or none.
    var single: Term? { terms.count == 1 ? terms.first?.value : nil }

    /// Whether the first term has a negative coefficient.
    var isNegative: Bool { (ordered.first?.coefficient.numerator ?? 0) < 0 }

    /// The factor by which the coefficients become whole and without a common divisor, positive.
    var content: ExactNumber? {
        var (top, bottom): (Int128, Int128) = (0, 1)
        for term in terms.values {
            top = Self.divisor(top, term.coefficient.numerator)
            let common = Self.divisor(bottom, term.coefficient.denominator)
            let product = bottom.multipliedReportingOverflow(by: term.coefficient.denominator / common)
            guard !product.overflow else { return nil }
            bottom = product.partialValue
        }
        return ExactNumber(top, over: bottom)
    }

    private static func divisor(_ left: Int128, _ right: Int128) -> Int128 {
        var (a, b) = (left < 0 ? -left : left, right < 0 ? -right : right)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }

    /// Each coefficient times a number.
    func scaled(by factor: ExactNumber) throws(Unread) -> Polynomial {
        var result = Polynomial()
        for term in terms.values {
            guard let product = term.coefficient.times(factor) else { throw .tooLarge }
            result.insert(Term(coefficient: product, factors: term.factors))
        }
        return result
    }

    /// The sum.
    func plus(_ other: Polynomial) throws(Unread) -> Polynomial {
        var result = self
        for term in other.terms.values { try result.add(term) }
        guard result.terms.count <= Self.mostTerms else { throw .tooManyTerms }
        return result
    }

    /// The text, which reads as the same form again.
    var text: String {
        guard !terms.isEmpty else { return "0" }
        var text = ""
        for term in ordered {
            let isNegative = term.coefficient.numerator < 0
            let size = isNegative ? term.coefficient.negated ?? term.coefficient : term.coefficient
            text += isNegative ? "-" : text.isEmpty ? "" : "+"
            let parts = (size == ExactNumber(1) && !term.factors.isEmpty ? [] : [size.shortText])
            text += (parts + term.factors.map(\.text)).joined(separator: "*")
        }
        return text
    }
}

extension Polynomial.Term {
    /// The sum of the variables' exponents.
    fileprivate var degree: Double {
        factors.reduce(0) { sum, factor in
            guard case .name(let name) = factor.atom.kind, !Polynomial.constants.contains(name) else {
                return sum
            }
            return sum + Double(factor.exponent.numerator) / Double(factor.exponent.denominator)
        }
    }
}

extension Unread {
    static let tooManyTerms = Unread("the expression has more than \(Polynomial.mostTerms) terms")
}

extension ExactNumber {
    /// The canonical text; a fraction where its decimals are many.
    fileprivate var shortText: String {
        let text = canonical
        return text.utf8.count <= 30 || denominator == 1 ? text : "\(numerator)/\(denominator)"
    }
}
