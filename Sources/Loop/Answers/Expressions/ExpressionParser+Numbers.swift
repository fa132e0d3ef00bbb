extension ExpressionParser {
    /// A number with what makes it another: a base, a fraction beside it.
    mutating func number(_ value: ExactNumber, _ digits: String?) throws(Unread) -> ExpressionNode {
        if take("_") {
            let base = try group()
            return .call("base", [.number(value), base])
        }
        guard digits != nil else { return .number(value) }
        if case .part(let part) = next, let sum = value.plus(part) {
            place += 1
            return .number(sum)
        }
        if let (part, length) = properFraction(), let sum = value.plus(part) {
            place += length
            return .number(sum)
        }
        return .number(value)
    }

    /// A fraction of two whole numbers, less than 1, that makes a mixed number.
    private func properFraction() -> (ExactNumber, length: Int)? {
        func whole(_ index: Int) -> ExactNumber? {
            guard tokens.indices.contains(index), case .number(let value, .some) = tokens[index].kind else {
                return nil
            }
            return value
        }
        func quotient(_ top: ExactNumber?, _ bottom: ExactNumber?) -> ExactNumber? {
            guard let top, let bottom, top.numerator > 0, top.numerator < bottom.numerator else { return nil }
            return top.divided(by: bottom)
        }
        if let top = whole(place), tokens.indices.contains(place + 1), tokens[place + 1].isMark("/") {
            return quotient(top, whole(place + 2)).map { ($0, 3) }
        }
        guard tokens.count >= place + 7, isNextCommand("frac"), tokens[place + 1].isMark("{"),
            tokens[place + 3].isMark("}"), tokens[place + 4].isMark("{"), tokens[place + 6].isMark("}")
        else { return shortFraction() }
        return quotient(whole(place + 2), whole(place + 5)).map { ($0, 7) }
    }

    /// `\frac12`.
    private func shortFraction() -> (ExactNumber, length: Int)? {
        guard tokens.indices.contains(place + 1), isNextCommand("frac"),
            case .number(_, let digits?) = tokens[place + 1].kind, digits.count == 2,
            let top = digits.first?.wholeNumberValue, let bottom = digits.last?.wholeNumberValue,
            top > 0, top < bottom
        else { return nil }
        return ExactNumber(top).divided(by: ExactNumber(bottom)).map { ($0, 2) }
    }
}
