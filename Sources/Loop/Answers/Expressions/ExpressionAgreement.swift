/// Whether two values are equal as far as their forms or several points can tell.
enum ExpressionAgreement {
    /// How far two values of an expression may be apart, relative to their terms.
    private static let tolerance = 1e-10
    /// Points that must give a number in both.
    private static let fewestPoints = 3

    /// Whether the values are equal: by their forms, otherwise part by part at several points.
    static func holds(_ left: ExpressionValue, _ right: ExpressionValue) -> Bool {
        if left == right { return true }
        switch (left, right) {
        case (.scalar(let a), .scalar(let b)): return holds(a, b)
        case (.equation(let a), .equation(let b)):
            // Up to a factor: both are scaled to whole coefficients, the sign may differ.
            return holds(a, b) || (try? b.scaled(by: ExactNumber(-1))).map { holds(a, $0) } ?? false
        case (.tuple(let a), .tuple(let b)): return inOrder(a, b)
        case (.matrix(let a), .matrix(let b)):
            return a.count == b.count && a.first?.count == b.first?.count
                && inOrder(a.flatMap { $0 }, b.flatMap { $0 })
        case (.interval(let ends, let a, let b), .interval(let others, let c, let d)):
            return ends == others && holds(a, c) && holds(b, d)
        case (.set(let a), .set(let b)), (.union(let a), .union(let b)): return inAnyOrder(a, b)
        default: return false
        }
    }

    private static func inOrder(_ left: [ExpressionValue], _ right: [ExpressionValue]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { holds($0, $1) }
    }

    /// Each element of one has its equal in the other.
    private static func inAnyOrder(_ left: [ExpressionValue], _ right: [ExpressionValue]) -> Bool {
        guard left.count == right.count else { return false }
        var rest = right
        for value in left {
            guard let place = rest.firstIndex(where: { holds(value, $0) }) else { return false }
            rest.remove(at: place)
        }
        return true
    }

    private static func holds(_ left: Polynomial, _ right: Polynomial) -> Bool {
        if left == right { return true }
        if left.isDecided, right.isDecided { return false }
        guard left.isMeasurable, right.isMeasurable else { return false }
        var count = 0
        for index in 0..<ExpressionPoint.count {
            let point = ExpressionPoint(index: index)
            let (a, b) = (point.value(of: left), point.value(of: right))
            guard a.value.isFinite, b.value.isFinite else { continue }
            guard (a.value - b.value).size <= tolerance * max(a.scale, b.scale) else { return false }
            count += 1
        }
        return count >= fewestPoints
    }
}

extension Polynomial {
    /// Whether floating point can tell it from its neighbours: infinity and numbers of more than 128 bits are
    /// compared by their form alone.
    fileprivate var isMeasurable: Bool {
        terms.values.allSatisfy { term in
            term.factors.allSatisfy { factor in
                switch factor.atom.kind {
                case .name(let name): name != "∞"
                case .power(let base, let exponent): base.rational == nil || exponent.rational == nil
                case .call("factorial", let values): values.first?.rational == nil
                default: true
                }
            }
        }
    }
}
