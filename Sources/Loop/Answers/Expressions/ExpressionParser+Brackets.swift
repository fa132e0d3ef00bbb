extension ExpressionParser {
    /// A bracket is not closed, or something has no place before its end.
    var closing: Unread { place < tokens.count ? unexpected : Unread("a bracket is not closed") }

    /// Runs a step within brackets, where bars count from zero.
    mutating func inBrackets<Value>(
        _ step: (inout ExpressionParser) throws(Unread) -> Value
    ) throws(Unread) -> Value {
        let outer = barCount
        barCount = 0
        defer { barCount = outer }
        return try step(&self)
    }

    /// A group, a tuple, an interval or a set.
    mutating func bracket() throws(Unread) -> ExpressionNode {
        let opening = next
        place += 1
        if opening == .command("{") {
            if isNextCommand("}") {
                place += 1
                return .set([])
            }
            let elements = try inBrackets { parser throws(Unread) in try parser.list() }
            guard isNextCommand("}") else { throw closing }
            place += 1
            return .set(elements)
        }
        if opening == .mark("{"), take("}") { return .set([]) }
        let elements = try inBrackets { parser throws(Unread) in try parser.list() }
        if opening == .mark("{") {
            guard take("}") else { throw closing }
            return elements.count == 1 ? elements[0] : .set(elements)
        }
        let isLowOpen = opening == .mark("(")
        let isHighOpen = isNext(")")
        guard isHighOpen || isNext("]") else { throw closing }
        place += 1
        guard elements.count > 1 else {
            guard isLowOpen == isHighOpen else { throw Unread("a bracket is not closed") }
            return elements[0]
        }
        if isLowOpen, isHighOpen { return .tuple(elements) }
        guard elements.count == 2 else {
            guard isLowOpen == isHighOpen else { throw Unread("a bracket is not closed") }
            return .tuple(elements)
        }
        return .interval(
            ExpressionNode.Ends(isLowOpen: isLowOpen, isHighOpen: isHighOpen),
            elements[0],
            elements[1]
        )
    }

    /// `|x|`.
    mutating func bars() throws(Unread) -> ExpressionNode {
        place += 1
        barCount += 1
        let value = try sum()
        barCount -= 1
        guard take("|") else { throw closing }
        return .call("abs", [value])
    }
}
