/// What stands before an `=` of an answer clause.
struct EquationSide {
    let tokens: ArraySlice<NumberToken>

    /// Whether it is words alone, such as `the total` or `x`.
    var isName: Bool {
        !tokens.isEmpty
            && tokens.allSatisfy { token in
                switch token.kind {
                case .word(let word): !NumberWords.names(word)
                case .comma, .currency: true
                default: false
                }
            }
    }

    /// Refuses a side whose other side is not the answer: `2x = 8` gives 4 and `x + 2 = 8` gives 6.
    ///
    /// A letter that is counted with numbers is an unknown, unless it is a unit that the answer has, too.
    ///
    /// - Parameter answer: The last side.
    /// - Throws: `Unread`.
    func checkUnknowns(answer: ArraySlice<NumberToken>) throws(Unread) {
        for index in tokens.indices {
            guard let word = tokens[index].word else { continue }
            if Self.conditions.contains(word) || word == "for" && startsWithNumber {
                throw Unread("\"\(word)\" before \"=\" leaves no plain number")
            }
            guard isLetter(word), isCounted(at: index), !isTimes(at: index),
                !isUnit(word, at: index, answer: answer)
            else { continue }
            throw Unread("an equation with the unknown \"\(word)\" is given, not one number")
        }
    }

    private static let conditions: Set<String> = ["if", "when", "where", "unless"]

    private var startsWithNumber: Bool { NumberPhrase.begins(Array(tokens), at: 0) }

    private func isLetter(_ word: String) -> Bool {
        guard word.unicodeScalars.count == 1, let letter = word.unicodeScalars.first else { return false }
        return NumberLexer.isLetter(letter) && word != "π"
    }

    /// Whether numbers or signs of arithmetic stand beside it and the side has a number or a sign at its start.
    private func isCounted(at index: Int) -> Bool {
        let hasNumber = tokens.contains { token in
            if case .superscript = token.kind { return true }
            return token.isNumber || NumberWords.names(token.word ?? "")
        }
        guard hasNumber || tokens.first?.kind == .dash else { return false }
        return [index - 1, index + 1].contains { tokens.indices.contains($0) && isArithmetic(tokens[$0]) }
    }

    private func isArithmetic(_ token: NumberToken) -> Bool {
        switch token.kind {
        case .digits, .fraction, .dash, .plus, .times, .slash, .caret, .superscript, .refused: true
        case .word(let word):
            ["plus", "minus", "times", "divided", "multiplied", "squared", "cubed"].contains(word)
        default: false
        }
    }

    /// The x between two numbers.
    private func isTimes(at index: Int) -> Bool {
        guard tokens[index].word == "x", tokens.indices.contains(index - 1),
            tokens.indices.contains(index + 1)
        else { return false }
        let before = tokens[index - 1]
        return (before.isNumber || [.close, .percent].contains(before.kind) || before.word != nil)
            && NumberPhrase.begins(Array(tokens[(index + 1)...]), at: 0)
    }

    /// A unit after a number: alone or in a product, or one that the answer has, too.
    private func isUnit(_ word: String, at index: Int, answer: ArraySlice<NumberToken>) -> Bool {
        guard let letter = word.unicodeScalars.first, NumberContext.letters.contains(letter),
            tokens.indices.contains(index - 1)
        else { return false }
        // The h of km/h.
        if tokens[index - 1].kind == .slash, tokens.indices.contains(index - 2), tokens[index - 2].word != nil
        {
            return true
        }
        guard tokens[index - 1].isNumber else { return false }
        let isSum = tokens.dropFirst().contains { [.plus, .dash].contains($0.kind) }
        return !isSum || answer.contains { $0.word == word }
    }
}
