/// Puts the parts of an expression together, each once.
struct ExpressionParser {
    var tokens: [ExpressionToken]
    var place = 0
    private var depth = 0
    /// The variable that the last relation gave a value.
    private var variable: ExpressionNode?
    /// How many bars are open within the innermost bracket.
    var barCount = 0

    /// Levels of brackets, exponents and arguments within each other; a bracket with its sum counts as two.
    static let deepest = 64
    /// Elements of a list.
    static let mostElements = 64

    init(_ tokens: [ExpressionToken]) { self.tokens = tokens }

    var next: ExpressionToken.Kind? { place < tokens.count ? tokens[place].kind : nil }

    func isNext(_ mark: Character) -> Bool {
        guard case .mark(let found) = next else { return false }
        return found == mark
    }

    func isNextCommand(_ name: String) -> Bool {
        guard case .command(let found) = next else { return false }
        return found == name
    }

    /// Takes a mark if it is next.
    mutating func take(_ mark: Character) -> Bool {
        guard isNext(mark) else { return false }
        place += 1
        return true
    }

    /// Runs a step one level deeper.
    mutating func deeper<Value>(_ step: (inout ExpressionParser) throws(Unread) -> Value) throws(Unread)
        -> Value
    {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw Unread(
                "the expression is too deep: it has more than \(Self.deepest / 2) brackets within each other"
            )
        }
        return try step(&self)
    }

    /// The whole: one value or a list of values.
    mutating func whole() throws(Unread) -> [ExpressionNode] {
        var (elements, names) = (try [relation()], [variable])
        while take(",") || take(";") {
            elements.append(try relation())
            names.append(variable)
            try checkCount(elements)
        }
        guard place == tokens.count else { throw unexpected }
        guard Set(names.compactMap { $0?.loneName }).count > 1 else { return elements }
        // Values of several variables are told apart by these.
        return zip(elements, names).map { element, name in name.map { .equation($0, element) } ?? element }
    }

    private func checkCount(_ elements: [ExpressionNode]) throws(Unread) {
        guard elements.count <= Self.mostElements else {
            throw Unread("the list has more than \(Self.mostElements) elements")
        }
    }

    /// What is here has no place here.
    var unexpected: Unread {
        switch next {
        case nil: Unread("the expression ends too early")
        case .mark(let mark): Unread("\"\(mark)\" has no place where it is")
        case .words(let words): Unread("\"\(words)\" is no part of an expression")
        case .command(let name): Unread("\"\\\(name)\" has no place where it is")
        case .number, .part, .name: Unread("two values are side by side")
        }
    }

    /// Values with commas or semicolons between them.
    mutating func list() throws(Unread) -> [ExpressionNode] {
        var elements = [try relation()]
        while isNext(",") || isNext(";") {
            place += 1
            elements.append(try relation())
            try checkCount(elements)
        }
        return elements
    }

    /// Sides with `=`, `<` and the like between them.
    mutating func relation() throws(Unread) -> ExpressionNode {
        var sides = [try union()]
        var signs: [Character] = []
        while case .mark(let mark) = next, "=<>≤≥∈≠≈".contains(mark) {
            place += 1
            signs.append(mark)
            sides.append(try union())
        }
        let relation = ExpressionRelation(sides: sides, signs: signs)
        variable = relation.variable
        return try relation.node()
    }

    private mutating func union() throws(Unread) -> ExpressionNode {
        var parts = [try sum()]
        while take("∪") { parts.append(try sum()) }
        return parts.count == 1 ? parts[0] : .union(parts)
    }

    mutating func sum() throws(Unread) -> ExpressionNode {
        try deeper { parser throws(Unread) in
            var terms: [ExpressionNode] = []
            repeat {
                let isNegative = parser.isNext("-")
                if isNegative || parser.isNext("+") {
                    parser.place += 1
                } else if !terms.isEmpty {
                    break
                }
                let term = try parser.product()
                terms.append(isNegative ? term.negated : term)
            } while parser.isNext("-") || parser.isNext("+")
            return terms.count == 1 ? terms[0] : .sum(terms)
        }
    }
}
