/// Reads the one expression that an answer plainly gives (docs/answers.md lists the forms).
enum ExpressionReader {
    /// What the text is that an expression is read from.
    enum Source {
        /// A candidate's clause.
        case clause
        /// A candidate's clause that ends where the token limit cut the text off.
        case cut
        /// A reference answer: nothing but the expression.
        case reference
    }

    /// The value, or why there is none.
    static func value(in text: Substring, as source: Source) throws(Unread) -> ExpressionValue {
        var scalars = Array(text.unicodeScalars)[...]
        func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }
        scalars = scalars.drop(while: isSpace)
        if source != .reference, scalars.first == ":" { scalars = scalars.dropFirst().drop(while: isSpace) }
        guard !scalars.isEmpty else { throw Unread("no expression follows") }
        var lexer = ExpressionLexer(Array(scalars))
        do throws(Unread) {
            try lexer.run()
            guard !lexer.tokens.isEmpty else { throw Unread("no expression follows") }
            if source == .reference { try checkReference(lexer) }
            if source == .cut, !lexer.isEnded, !lexer.isClosed { throw .cutOff }
            return try value(of: lexer.tokens)
        } catch {
            // What a cut sentence was to be, nobody knows.
            throw source == .cut && !lexer.isEnded ? .cutOff : error
        }
    }

    private static func checkReference(_ lexer: ExpressionLexer) throws(Unread) {
        guard !lexer.isEnded else { throw Unread("more follows the expression") }
        guard !lexer.tokens.contains(where: { $0.isMark("≈") }) else {
            throw Unread("\"≈\" leaves no exact expression")
        }
    }

    /// The value of all parts; where there is `±`, the set of the values with either sign.
    private static func value(of tokens: [ExpressionToken]) throws(Unread) -> ExpressionValue {
        guard tokens.contains(where: { $0.isMark("±") || $0.isMark("∓") }) else { return try plain(tokens) }
        for part in tokens.split(whereSeparator: { $0.isMark(",") || $0.isMark(";") }) {
            guard part.count(where: { $0.isMark("±") || $0.isMark("∓") }) < 2 else {
                throw Unread("two signs \"±\" in one value may go together in two ways")
            }
        }
        let values = try [("+", "-"), ("-", "+")].map { (upper: Character, lower: Character) throws(Unread) in
            try plain(
                tokens.map { token in
                    guard token.isMark("±") || token.isMark("∓") else { return token }
                    return ExpressionToken(
                        kind: .mark(token.isMark("±") ? upper : lower),
                        isApart: token.isApart
                    )
                }
            )
        }
        return ExpressionValue.union(of: values)
    }

    private static func plain(_ tokens: [ExpressionToken]) throws(Unread) -> ExpressionValue {
        var tokens = tokens
        // Words before the first `=` say what has the value.
        if case .words = tokens.first?.kind, tokens.count > 1, tokens[1].isMark("=") { tokens.removeFirst(2) }
        var parser = ExpressionParser(tokens)
        let elements = try parser.whole()
        guard elements.count > 1 else { return try ExpressionNormaliser.value(of: elements[0]) }
        return try ExpressionNormaliser.value(of: .set(elements))
    }
}
