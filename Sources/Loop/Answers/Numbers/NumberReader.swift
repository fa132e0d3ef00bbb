/// Reads the one number that an answer clause plainly gives, for profile `strict`.
///
/// The first sentence counts; what it is must be one number, with a unit or currency at most, or equations
/// whose last side is one. A number that the words around it deny, bound or name something with is none.
/// docs/answers.md lists the forms.
struct NumberReader {
    /// What the text is that a number is read from.
    enum Source {
        /// A candidate's clause.
        case clause
        /// A candidate's clause that ends where the token limit cut the text off.
        case cut
        /// A reference answer: nothing but the number.
        case reference
    }

    private let source: Source
    private let scalars: [Unicode.Scalar]
    private var tokens: [NumberToken]
    private let isEnded: Bool

    /// The canonical number, or why there is none.
    static func read(_ clause: Substring, as source: Source) -> AnswerReading {
        if source == .clause, let plain = plainDigits(clause) { return .answer(Answer(canonical: plain)) }
        do throws(Unread) {
            var reader = try NumberReader(clause, source)
            return .answer(Answer(canonical: try reader.number().canonical))
        } catch {
            return .none(error.reason)
        }
    }

    private init(_ clause: Substring, _ source: Source) throws(Unread) {
        self.source = source
        scalars = Array(clause.unicodeScalars)
        var lexer = NumberLexer(scalars)
        lexer.run()
        tokens = lexer.tokens
        isEnded = lexer.isEnded
        guard source == .reference else { return }
        // `~6` and `8-ish` may be other numbers, `6!` may be 720; a candidate may round or exclaim, a reference not.
        if let sign = scalars.first(where: { "~≈!".unicodeScalars.contains($0) }) {
            throw Unread("\"\(sign)\" leaves no plain number")
        }
        if tokens.contains(where: { $0.word == "ish" }) { throw Unread("\"-ish\" leaves no plain number") }
        guard let more = scalars[lexer.place...].first(where: { !$0.properties.isWhitespace })
        else { return }
        throw Unread("more follows the first sentence, from \"\(more)\" on")
    }

    /// The digits of a clause that has nothing else before its end or full stop: what most texts give.
    ///
    /// They read the same token by token; this costs a tenth.
    private static func plainDigits(_ clause: Substring) -> String? {
        var bytes = clause.utf8.makeIterator()
        var byte = bytes.next()
        while byte == 0x20 { byte = bytes.next() }
        let isNegative = byte == UInt8(ascii: "-")
        if isNegative { byte = bytes.next() }
        var (value, count) = (0, 0)
        while let digit = byte, (0x30...0x39).contains(digit) {
            (value, count) = (value * 10 + Int(digit & 15), count + 1)
            guard count <= 18 else { return nil }
            byte = bytes.next()
        }
        guard count > 0 else { return nil }
        if byte == UInt8(ascii: ".") {
            byte = bytes.next()
            guard byte == nil || byte == 0x20 else { return nil }
        } else if byte != nil {
            return nil
        }
        return String(isNegative ? -value : value)
    }

    private mutating func number() throws(Unread) -> ExactNumber {
        do throws(Unread) {
            let found = try found()
            let last = tokens[found.end - 1]
            guard source == .cut, last.kind != .close, !isWhole(from: last.end) else { return found.value }
            throw .cutOff
        } catch {
            // What a cut sentence was to be, nobody knows.
            throw source == .cut && !isEnded ? .cutOff : error
        }
    }

    private mutating func found() throws(Unread) -> NumberItem {
        for index in tokens.indices where tokens[index].word == "equals" { tokens[index].kind = .equals }
        if source != .reference,
            let first = tokens.indices.first(where: { NumberPhrase.begins(tokens, at: $0) }),
            let cause = tokens[first...].firstIndex(where: {
                $0.word.map(NumberContext.causes.contains) ?? false
            })
        {
            // The answer is what comes before its explanation.
            tokens.removeSubrange(cause...)
        }
        let lastEquals = tokens.lastIndex { $0.kind == .equals }
        guard let lastEquals else { return try item(in: 0..<tokens.count) }
        let last = try item(in: lastEquals + 1..<tokens.count)
        var start = 0
        var isNamed = false
        for index in tokens[...lastEquals].indices where tokens[index].kind == .equals {
            let side = EquationSide(tokens: tokens[start..<index])
            try checkSide(start..<index, against: last.value)
            // What has a name, as in `A = r^2 = 9`, is not what the letters in its formula stand for.
            if start == 0 { isNamed = side.isName }
            if !isNamed { try side.checkUnknowns(answer: tokens[(lastEquals + 1)...]) }
            start = index + 1
        }
        return last
    }

    /// The one number of a side.
    private func item(in range: Range<Int>) throws(Unread) -> NumberItem {
        let context = NumberContext(tokens: tokens, range: range, isReference: source == .reference)
        return try context.item()
    }

    /// Refuses a side before `=` that is more than an expression: a list, a denial, another number.
    private func checkSide(_ range: Range<Int>, against value: ExactNumber) throws(Unread) {
        var level = 0
        for token in tokens[range] {
            switch token.kind {
            case .open: level += 1
            case .close: level -= 1
            case .comma: throw Unread("more than one equation is given")
            case .word(let word) where NumberContext.divides(word):
                throw Unread("\"\(word)\" before \"=\" leaves no plain number")
            default: break
            }
        }
        guard level == 0 else { throw Unread("an equation in brackets is no plain number") }
        guard let first = range.first, NumberPhrase.begins(tokens, at: first) else { return }
        let side = Array(tokens[range])
        guard let alone = try? NumberPhrase.number(in: side, at: 0), alone.value != value else { return }
        // A number with at most a unit says what the answer is, too.
        guard side[alone.end...].contains(where: NumberContext.computes) else {
            throw Unread(
                "\"=\" joins two numbers that differ, \(alone.value.canonical) and \(value.canonical)"
            )
        }
    }

    /// Whether a cut clause goes on far enough after the number to show that it was whole: a closing mark, an
    /// end of the sentence with more after it, or a whole word.
    private func isWhole(from end: Int) -> Bool {
        if isEnded { return true }
        guard end < scalars.count else { return false }
        if ")$}".unicodeScalars.contains(scalars[end]) { return true }
        if scalars[end] == "*" { return scalars[..<end].contains("*") }
        var index = end
        while index < scalars.count, [" ", ","].contains(scalars[index]) { index += 1 }
        guard index < scalars.count, NumberLexer.isLetter(scalars[index]) else { return false }
        while index < scalars.count, NumberLexer.isLetter(scalars[index]) { index += 1 }
        return index < scalars.count
    }
}

/// A number within a clause.
struct NumberItem {
    var value: ExactNumber
    var start: Int
    var end: Int
}

extension Unread {
    static let cutOff = Unread(AnswerReading.cutOffReason)
}
