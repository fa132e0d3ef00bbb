/// An expression as it is written.
indirect enum ExpressionNode: Hashable {
    case number(ExactNumber)
    case name(String)
    case infinity
    case sum([ExpressionNode])
    case product([ExpressionNode])
    case quotient(ExpressionNode, ExpressionNode)
    case power(ExpressionNode, ExpressionNode)
    case call(String, [ExpressionNode])
    case degrees(ExpressionNode)
    case tuple([ExpressionNode])
    case set([ExpressionNode])
    case interval(Ends, ExpressionNode, ExpressionNode)
    case union([ExpressionNode])
    case matrix([[ExpressionNode]])
    case equation(ExpressionNode, ExpressionNode)

    /// Which ends of an interval are left out.
    struct Ends: Hashable {
        var isLowOpen: Bool
        var isHighOpen: Bool
    }

    /// The opposite.
    var negated: ExpressionNode { .product([.number(ExactNumber(-1)), self]) }

    /// The name, where it is one variable.
    var loneName: String? {
        switch self {
        case .name(let name): Polynomial.constants.contains(name) ? nil : name
        // `f(x)`, as a product of names is read.
        case .product(let factors) where factors.count == 2:
            factors.allSatisfy { $0.loneName != nil } && factors.first?.isName == true
                ? factors.compactMap(\.loneName).joined() : nil
        case .tuple(let items): items.allSatisfy { $0.loneName != nil } ? "(" : nil
        default: nil
        }
    }

    /// Whether it is `d`, `d^2`, or a product that begins so: the parts of `\frac{dy}{dx}`.
    var beginsWithDifferential: Bool {
        switch self {
        case .name(let name): name == "d"
        case .power(let base, _): base.beginsWithDifferential
        case .product(let factors): factors.first?.beginsWithDifferential ?? false
        default: false
        }
    }

    private var isName: Bool {
        guard case .name = self else { return false }
        return true
    }
}
