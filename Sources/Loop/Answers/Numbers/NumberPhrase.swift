/// Reads one number from the parts of a clause: sign, currency, brackets, mixed number, fraction, power,
/// scale.
struct NumberPhrase {
    private let tokens: [NumberToken]
    private var place: Int
    private var depth = 0

    /// Signs, brackets and currency signs before the digits; more are no plain number.
    private static let mostBefore = 8

    private init(_ tokens: [NumberToken], at place: Int) {
        self.tokens = tokens
        self.place = place
    }

    /// Whether a number begins at a place, its signs and brackets included.
    static func begins(_ tokens: [NumberToken], at place: Int) -> Bool {
        var index = place
        while index < tokens.count, index - place <= mostBefore {
            switch tokens[index].kind {
            case .digits, .fraction: return true
            case .currency, .dash, .plus, .open: index += 1
            case .word(let word):
                guard word == "minus" || word == "negative" else {
                    return NumberWords.begins(tokens, at: index)
                }
                index += 1
            default: return false
            }
        }
        return false
    }

    /// The number that begins at a place, and where it ends.
    ///
    /// - Throws: `Unread` for what begins like a number and is not plainly one.
    static func number(in tokens: [NumberToken], at place: Int) throws(Unread) -> (
        value: ExactNumber, end: Int
    ) {
        var phrase = NumberPhrase(tokens, at: place)
        let value = try phrase.signed()
        return (value, phrase.place)
    }

    private var kind: NumberToken.Kind? { place < tokens.count ? tokens[place].kind : nil }

    private func kind(at index: Int) -> NumberToken.Kind? {
        tokens.indices.contains(index) ? tokens[index].kind : nil
    }

    private func word(at index: Int) -> String? { tokens.indices.contains(index) ? tokens[index].word : nil }

    private mutating func signed() throws(Unread) -> ExactNumber {
        var isNegative: Bool?
        loop: while let kind {
            switch kind {
            case .currency: place += 1
            case .dash, .plus, .word("minus"), .word("negative"):
                guard isNegative == nil else { throw Unread("two signs come before the number") }
                isNegative = kind != .plus
                place += 1
            default: break loop
            }
        }
        let value = try scaled()
        guard isNegative == true else { return value }
        guard let opposite = value.negated else { throw .tooLarge }
        return opposite
    }

    /// `5 million`, `5k`, `1.2 × 10³`.
    private mutating func scaled() throws(Unread) -> ExactNumber {
        var value = try fraction()
        if let exponent = powerOfTen() {
            guard let scale = ExactNumber(10).raised(to: exponent), let product = value.times(scale) else {
                throw .tooLarge
            }
            value = product
        }
        while let word = word(at: place), let scale = scale(word) {
            guard let product = value.times(ExactNumber(scale)) else { throw .tooLarge }
            value = product
            place += 1
        }
        return value
    }

    private func scale(_ word: String) -> Int? {
        NumberWords.scales[word] ?? (tokens[place].isApart ? nil : NumberWords.attachedScales[word])
    }

    /// The exponent of `× 10^3`; nil where something else follows.
    private mutating func powerOfTen() -> Int? {
        guard kind == .times || word(at: place) == "x", case .digits(let ten) = kind(at: place + 1),
            ten.isWhole,
            ten.value == ExactNumber(10)
        else { return nil }
        let start = place
        place += 2
        if let exponent = try? exponent() { return exponent }
        place = start
        return nil
    }

    /// `3/4`, `2 1/2`, `2½`.
    private mutating func fraction() throws(Unread) -> ExactNumber {
        let start = place
        var value = try powered()
        if let part = try mixedPart(after: start) {
            guard let sum = value.plus(part) else { throw .tooLarge }
            value = sum
        } else if kind == .slash, case .digits = kind(at: place + 1) {
            if case .digits(let top) = kind(at: place - 1), top.isSpaced {
                throw Unread("a space before a fraction may group thousands or begin a mixed number")
            }
            value = try quotient(value)
        }
        if kind == .slash, case .digits = kind(at: place + 1) {
            throw Unread("a chain of fractions is given, not one number")
        }
        return value
    }

    /// The value over the digits after a slash.
    private mutating func quotient(_ top: ExactNumber) throws(Unread) -> ExactNumber {
        guard case .digits(let bottom) = kind(at: place + 1) else { return top }
        if bottom.isSpaced { throw .grouping }
        guard bottom.value != ExactNumber(0) else { throw Unread("the answer divides by 0") }
        guard let value = top.divided(by: bottom.value) else { throw .tooLarge }
        place += 2
        return value
    }

    /// The fraction of a mixed number, which is between 0 and 1; nil where none follows.
    private mutating func mixedPart(after start: Int) throws(Unread) -> ExactNumber? {
        guard place > start, case .number(let isSpaced) = wholeBefore(start) else { return nil }
        var index = place
        let isJoined = word(at: index) == "and"
        if isJoined { index += 1 }
        var part: ExactNumber?
        switch kind(at: index) {
        case .fraction(let value):
            part = value
            place = index + 1
        case .digits(let top):
            guard top.isWhole, kind(at: index + 1) == .slash, case .digits = kind(at: index + 2) else {
                return nil
            }
            if isSpaced { throw .grouping }
            place = index + 1
            part = try quotient(top.value)
        case .word where isJoined:
            guard let found = NumberWords.number(in: tokens, at: index), found.value.denominator > 1 else {
                return nil
            }
            part = found.value
            place = found.end
        default: return nil
        }
        guard let part, part.numerator > 0, part.numerator < part.denominator else {
            throw Unread("a number with a fraction after it is no mixed number")
        }
        return part
    }

    private enum Whole {
        case number(isSpaced: Bool)
        case other
    }

    /// Whether what was read from a place to here is a whole number without a power or brackets.
    private func wholeBefore(_ start: Int) -> Whole {
        if place == start + 1, case .digits(let digits) = tokens[start].kind {
            return digits.value.denominator == 1 ? .number(isSpaced: digits.isSpaced) : .other
        }
        guard tokens[start..<place].allSatisfy({ $0.word != nil || $0.kind == .dash }), place > start,
            tokens[start].word != nil, tokens[start].word != "half"
        else { return .other }
        return .number(isSpaced: false)
    }

    private mutating func powered() throws(Unread) -> ExactNumber {
        let base = try atom()
        guard kind == .caret || isRaised else { return base }
        let exponent = try exponent()
        guard let power = base.raised(to: exponent) else { throw .tooLarge }
        if kind == .caret || isRaised { throw Unread("a power of a power is given") }
        return power
    }

    private var isRaised: Bool {
        guard case .superscript = kind else { return false }
        return true
    }

    /// `^3`, `^{-3}`, `³`.
    private mutating func exponent() throws(Unread) -> Int {
        if case .superscript(let value) = kind {
            place += 1
            return value
        }
        guard kind == .caret else { throw Unread("no power follows") }
        var index = place + 1
        let isBracketed = kind(at: index) == .open
        if isBracketed { index += 1 }
        let isNegative = kind(at: index) == .dash
        if isNegative || kind(at: index) == .plus { index += 1 }
        guard case .digits(let digits) = kind(at: index), digits.isWhole,
            !isBracketed || kind(at: index + 1) == .close
        else { throw Unread("the power is not a whole number") }
        guard let value = Int(exactly: digits.value.numerator), value <= 1000 else { throw .tooLarge }
        place = index + (isBracketed ? 2 : 1)
        return isNegative ? -value : value
    }

    private mutating func atom() throws(Unread) -> ExactNumber {
        switch kind {
        case .digits(let digits):
            place += 1
            return digits.value
        case .fraction(let value):
            place += 1
            return value
        case .open:
            guard depth < Self.mostBefore else { throw Unread("too many brackets around the number") }
            place += 1
            depth += 1
            let value = try signed()
            if kind == .percent { place += 1 }
            guard kind == .close else { throw Unread("brackets hold more than one number") }
            depth -= 1
            place += 1
            return value
        default:
            guard let found = NumberWords.number(in: tokens, at: place) else {
                throw Unread("no number follows the sign")
            }
            place = found.end
            return found.value
        }
    }
}
