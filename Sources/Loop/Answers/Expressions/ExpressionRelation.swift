/// What equations and inequalities give: the side that is the answer, an equation, or an interval.
struct ExpressionRelation {
    let sides: [ExpressionNode]
    let signs: [Character]

    /// The variable that gets a value; nil for none.
    var variable: ExpressionNode? {
        (signs.first == "=" || signs.first == "≈") && sides[0].loneName != nil ? sides[0] : nil
    }

    /// The answer.
    ///
    /// - Throws: `Unread` where the sides are no plain answer.
    func node() throws(Unread) -> ExpressionNode {
        guard !signs.isEmpty else { return sides[0] }
        if signs.contains("≠") { throw Unread("\"≠\" says what the answer is not") }
        if signs.contains("∈") {
            guard signs.count == 1, sides[0].loneName != nil else {
                throw Unread("\"∈\" is read after one variable only")
            }
            return sides[1]
        }
        if signs.allSatisfy({ $0 == "=" || $0 == "≈" }) { return try equation() }
        guard !signs.contains("="), !signs.contains("≈") else {
            throw Unread("an equation and an inequality together are no plain answer")
        }
        return try inequality()
    }

    /// `x = 5`, `f(x) = 5`, `x = 2 + 3 = 5`, `x + y = 5`.
    private func equation() throws(Unread) -> ExpressionNode {
        var (sides, signs) = (sides[...], signs[...])
        // What comes after `≈` is rounded.
        if let place = signs.firstIndex(of: "≈"), place > 0 || sides[0].loneName == nil {
            sides = sides[...place]
            signs = signs[..<place]
        }
        while sides.count > 1, sides[sides.startIndex].loneName != nil { sides = sides.dropFirst() }
        guard sides.count > 1, let first = sides.first, let last = sides.last else {
            return sides[sides.startIndex]
        }
        let values = sides.map { try? ExpressionNormaliser.value(of: $0) }
        let isSame = values.dropFirst().allSatisfy { value in
            guard let value, let other = values[0] else { return false }
            return value == other || ExpressionAgreement.holds(value, other)
        }
        if isSame { return last }
        guard sides.count == 2, sides.count == self.sides.count else {
            throw Unread("\"=\" joins sides that differ")
        }
        let hasNames = values.contains { $0?.hasNames ?? true }
        guard hasNames else { throw Unread("\"=\" joins two numbers that differ") }
        return .equation(first, last)
    }

    /// `x < 5`, `2 ≤ x < 5`: an interval.
    private func inequality() throws(Unread) -> ExpressionNode {
        let isDown = signs.allSatisfy { $0 == ">" || $0 == "≥" }
        guard isDown || signs.allSatisfy({ $0 == "<" || $0 == "≤" }) else {
            throw Unread("\"<\" and \">\" together are no plain answer")
        }
        let sides = isDown ? self.sides.reversed() : self.sides
        let isStrict = (isDown ? signs.reversed() : signs).map { $0 == "<" || $0 == ">" }
        let low = ExpressionNode.infinity.negated
        if sides.count == 2, sides[0].isVariable {
            return .interval(.init(isLowOpen: true, isHighOpen: isStrict[0]), low, sides[1])
        }
        if sides.count == 2, sides[1].isVariable {
            return .interval(.init(isLowOpen: isStrict[0], isHighOpen: true), sides[0], .infinity)
        }
        if sides.count == 3, sides[1].isVariable {
            return .interval(.init(isLowOpen: isStrict[0], isHighOpen: isStrict[1]), sides[0], sides[2])
        }
        throw Unread("an inequality is read only of one variable alone")
    }
}

extension ExpressionNode {
    fileprivate var isVariable: Bool {
        guard case .name(let name) = self else { return false }
        return !Polynomial.constants.contains(name)
    }
}
