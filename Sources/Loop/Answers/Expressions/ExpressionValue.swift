/// What an answer of kind `expression` is, in normal form.
indirect enum ExpressionValue: Hashable {
    case scalar(Polynomial)
    /// Also an interval without its two ends: both are written `(a,b)`.
    case tuple([ExpressionValue])
    /// In the order of their texts, each once; one element is the element itself.
    case set([ExpressionValue])
    case interval(ExpressionNode.Ends, ExpressionValue, ExpressionValue)
    case union([ExpressionValue])
    case matrix([[ExpressionValue]])
    /// What is 0, up to a factor.
    case equation(Polynomial)

    /// A set: sets within a list are joined with it.
    static func set(of values: [ExpressionValue]) -> ExpressionValue {
        let sorted = sorted(values)
        return sorted.count == 1 ? sorted[0] : .set(sorted)
    }

    /// A union; one of sets is a set.
    static func union(of values: [ExpressionValue]) -> ExpressionValue {
        var parts: [ExpressionValue] = []
        for value in values {
            switch value {
            case .set(let items): parts += items
            case .union(let items): parts += items
            default: parts.append(value)
            }
        }
        let sorted = sorted(parts)
        if sorted.count == 1 { return sorted[0] }
        let isSpan = sorted.contains { $0.isInterval }
        return isSpan ? .union(sorted) : .set(sorted)
    }

    private static func sorted(_ values: [ExpressionValue]) -> [ExpressionValue] {
        var texts: Set<String> = []
        return values.map { (text: $0.text, value: $0) }.filter { texts.insert($0.text).inserted }
            .sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }.map(\.value)
    }

    private var isInterval: Bool {
        switch self {
        case .interval: true
        case .tuple(let items): items.count == 2
        default: false
        }
    }

    /// The canonical text, which reads as the same value again.
    var text: String {
        func list(_ values: [ExpressionValue]) -> String { values.map(\.text).joined(separator: ",") }
        return switch self {
        case .scalar(let value): value.text
        case .tuple(let items): "(\(list(items)))"
        case .set(let items): "{\(list(items))}"
        case .interval(let ends, let low, let high):
            (ends.isLowOpen ? "(" : "[") + "\(low.text),\(high.text)" + (ends.isHighOpen ? ")" : "]")
        case .union(let parts): parts.map(\.text).joined(separator: "∪")
        case .matrix(let rows): "matrix(\(rows.first?.count ?? 0),\(list(rows.flatMap { $0 })))"
        case .equation(let sum): "\(sum.text)=0"
        }
    }

    /// The numbers and sums that it is made of, in order.
    var scalars: [Polynomial] {
        switch self {
        case .scalar(let value), .equation(let value): [value]
        case .tuple(let items), .set(let items), .union(let items): items.flatMap(\.scalars)
        case .interval(_, let low, let high): low.scalars + high.scalars
        case .matrix(let rows): rows.flatMap { $0.flatMap(\.scalars) }
        }
    }

    /// Whether it holds a variable.
    var hasNames: Bool { scalars.contains(where: \.hasNames) }
}

extension Polynomial {
    /// Whether it holds a variable.
    var hasNames: Bool { terms.values.contains { $0.factors.contains { $0.atom.hasNames } } }

    /// Whether its form decides: two of this kind are equal exactly if they are the same.
    ///
    /// That holds for polynomials of variables with rational coefficients.
    var isDecided: Bool {
        terms.values.allSatisfy { term in
            term.factors.allSatisfy { factor in
                guard case .name(let name) = factor.atom.kind else { return false }
                return !Self.constants.contains(name) && factor.exponent.denominator == 1
            }
        }
    }
}

extension Atom {
    fileprivate var hasNames: Bool {
        switch kind {
        case .prime, .imaginary: false
        case .name(let name): !Polynomial.constants.contains(name) && name != "∞"
        case .sum(let sum): sum.hasNames
        case .power(let base, let exponent): base.hasNames || exponent.hasNames
        case .call(_, let values): values.contains(where: \.hasNames)
        }
    }
}
