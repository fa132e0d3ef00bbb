extension ExpressionParser {
    /// A function or another command with its arguments.
    mutating func command(_ name: String) throws(Unread) -> ExpressionNode {
        place += 1
        switch name {
        case "frac": return try quotient()
        case "binom":
            if isNext("(") { return try call(name) }
            return .call(name, [try group(), try group()])
        case "sqrt": return try root()
        case "begin:matrix": return try matrix()
        case "matrix", "base", "root": return try call(name)
        case "{", "}", "\\", "end:matrix":
            place -= 1
            throw unexpected
        case "log" where take("_"): return try function("log", [try group()])
        default: return try function(name, [])
        }
    }

    private mutating func quotient() throws(Unread) -> ExpressionNode {
        let (top, bottom) = (try group(), try group())
        if top.beginsWithDifferential, bottom.beginsWithDifferential, bottom != .name("d") {
            throw Unread("a derivative is to be computed; give what it comes to")
        }
        return .quotient(top, bottom)
    }

    private mutating func root() throws(Unread) -> ExpressionNode {
        var index = ExpressionNode.number(ExactNumber(2))
        if take("[") {
            index = try inBrackets { parser throws(Unread) in try parser.sum() }
            guard take("]") else { throw closing }
        }
        if case .number(let value, let digits?) = next, digits.count > 1 {
            // TeX takes one digit, a person means all.
            place += 1
            return .call("root", [.number(value), index])
        }
        let value = try group()
        return .call("root", [value, index])
    }

    /// A function that has its arguments in round brackets, as canonical texts write it.
    private mutating func call(_ name: String) throws(Unread) -> ExpressionNode {
        guard take("(") else { throw Unread("\"\(name)\" without brackets is not read") }
        let arguments = try inBrackets { parser throws(Unread) in try parser.list() }
        guard take(")") else { throw closing }
        guard name == "matrix" else {
            guard arguments.count == 2 else { throw Unread("\"\(name)\" takes two values") }
            return .call(name, arguments)
        }
        guard arguments.count > 1, case .number(let width) = arguments[0], width.denominator == 1,
            let width = Int(exactly: width.numerator), width > 0, (arguments.count - 1) % width == 0
        else { throw Unread("a matrix has rows of the same length") }
        let cells = Array(arguments.dropFirst())
        return .matrix(stride(from: 0, to: cells.count, by: width).map { Array(cells[$0..<$0 + width]) })
    }

    /// `\sin x`, `\sin^2 x`, `sin(x)`, `\log_2 8`.
    private mutating func function(_ name: String, _ base: [ExpressionNode]) throws(Unread) -> ExpressionNode
    {
        var power: ExpressionNode?
        if take("^") { power = try group() }
        if let power,
            power == .number(ExactNumber(-1)) || power == ExpressionNode.number(ExactNumber(1)).negated
        {
            throw Unread("an inverse function is not read; write arcsin and the like")
        }
        var factors: [ExpressionNode] = []
        if isNext("(") || isNext("{") || isNext("[") {
            factors = [try deeper { parser throws(Unread) in try parser.bracket() }]
        } else {
            // Without brackets a product is the argument, up to the next function.
            while factors.isEmpty || beginsFactor && !isFunctionNext {
                factors.append(try factor())
            }
            if isNext("/") {
                throw Unread("a slash after a function without brackets may mean two things")
            }
        }
        let argument = factors.count == 1 ? factors[0] : .product(factors)
        let value = ExpressionNode.call(name, [argument] + base)
        return power.map { .power(value, $0) } ?? value
    }

    private var isFunctionNext: Bool {
        guard case .command(let name) = next else { return false }
        return !["frac", "sqrt", "binom", "{"].contains(name)
    }

    private mutating func matrix() throws(Unread) -> ExpressionNode {
        var rows: [[ExpressionNode]] = [[]]
        while true {
            if isNextCommand("end:matrix") {
                place += 1
                break
            }
            if isNextCommand("\\") {
                place += 1
                rows.append([])
                continue
            }
            if !rows[rows.count - 1].isEmpty, !take("&") { throw closing }
            rows[rows.count - 1].append(try inBrackets { parser throws(Unread) in try parser.sum() })
            guard rows.count * rows[0].count <= Self.mostElements else {
                throw Unread("the matrix has more than \(Self.mostElements) entries")
            }
        }
        if rows.last?.isEmpty ?? false { rows.removeLast() }
        guard let first = rows.first, !first.isEmpty, rows.allSatisfy({ $0.count == first.count }) else {
            throw Unread("a matrix has rows of the same length")
        }
        return .matrix(rows)
    }
}
