/// Cuts the first sentence of an answer clause into the parts of an expression, in one pass.
///
/// What only dresses (`$`, `\left`, `**`, spaces) is passed over.
struct ExpressionLexer {
    let scalars: [Unicode.Scalar]
    var place = 0
    var tokens: [ExpressionToken] = []
    /// Whether something after the sentence shows that it was whole.
    var isEnded = false
    /// Whether words began an explanation.
    var isExplained = false
    /// How many brackets are open; commas group thousands only outside.
    var level = 0
    private var isApart = false
    private var isInMath = false
    private var spanCount = 0
    /// The levels at which a `\boxed{` that is open began; its braces only dress.
    private var boxes: [Int] = []

    /// Characters of a clause that is read.
    static let longest = 4_000

    init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    /// Cuts up to the sentence's end; `place` is then where the next one begins.
    mutating func run() throws(Unread) {
        guard scalars.count <= Self.longest else {
            throw Unread("the expression has more than \(Self.longest) characters")
        }
        while place < scalars.count, !isEnded { try step() }
    }

    func scalar(at index: Int) -> Unicode.Scalar? { scalars.indices.contains(index) ? scalars[index] : nil }

    func isDigit(at index: Int) -> Bool { scalar(at: index).map { ("0"..."9").contains($0) } ?? false }

    mutating func add(_ kind: ExpressionToken.Kind, length: Int = 1) throws(Unread) {
        if spanCount > 1, isInMath, tokens.last.map({ !Self.joins($0) }) ?? false {
            throw Unread("more than one expression is given")
        }
        spanCount = min(spanCount, 1)
        tokens.append(ExpressionToken(kind: kind, isApart: isApart))
        isApart = false
        place += length
    }

    /// Whether a part asks for more, so that another pair of dollars goes on with it.
    private static func joins(_ token: ExpressionToken) -> Bool {
        guard case .mark(let mark) = token.kind else { return false }
        return "+-*/=<>≤≥,;∪∈^≈".contains(mark)
    }

    mutating func pass(_ count: Int = 1) {
        place += count
        isApart = true
    }

    mutating func mark(_ mark: Character, length: Int = 1) throws(Unread) {
        if "([{".contains(mark) { level += 1 }
        if ")]}".contains(mark) { level -= 1 }
        try add(.mark(mark), length: length)
    }

    private mutating func step() throws(Unread) {
        let scalar = scalars[place]
        switch scalar {
        case " ", "\t", "\n", "\r", "~", "\u{A0}", "\u{2009}", "\u{202F}", "`", "\u{200B}", "\u{3000}": pass()
        case "0"..."9": try number()
        case ".": try point()
        case "$": toggle(scalar == "$" && self.scalar(at: place + 1) == "$" ? 2 : 1)
        case "\\": try command()
        case "}" where boxes.last == level:
            boxes.removeLast()
            pass()
        case "+", "/", "^", "(", ")", "[", "]", "{", "}", ",", ";", "|", "%", "°", "±", "∓", "_", "&",
            "∪", "∈", "∞", "≤", "≥", "≠", "≈", "∅":
            try mark(Character(scalar))
        case "!": try self.scalar(at: place + 1) == "=" ? mark("≠", length: 2) : mark("!")
        case "=": try mark("=", length: self.scalar(at: place + 1) == "=" ? 2 : 1)
        case "<", ">":
            let isEqual = self.scalar(at: place + 1) == "="
            try mark(isEqual ? (scalar == "<" ? "≤" : "≥") : Character(scalar), length: isEqual ? 2 : 1)
        case "*": try star()
        case "×", "·", "⋅", "∙": try mark("*")
        case "÷", "⁄", "∕": try mark("/")
        case "√": try add(.command("sqrt"))
        case "…", "⋯": throw Unread("\"…\" leaves the expression open")
        case ":": throw .ratio
        case "?": throw Unread("a question mark follows in the answer")
        case "′", "'", "’": throw Unread("a prime in the answer leaves no plain expression")
        case "\"", "“", "”", "‘": pass()
        default: try other(scalar)
        }
    }

    private mutating func other(_ scalar: Unicode.Scalar) throws(Unread) {
        if Glyphs.isDash(scalar) { return try mark("-") }
        if let (top, bottom) = Glyphs.fraction(scalar), let value = ExactNumber(top, over: bottom) {
            return try add(.part(value))
        }
        if Glyphs.raisedDigit(scalar) != nil || scalar == "⁻" { return try raised() }
        if let name = ExpressionWords.letters[Character(scalar)] { return try add(.name(name)) }
        if scalar.isASCII, NumberLexer.isLetter(scalar) { return try word() }
        if scalar.properties.generalCategory == .currencySymbol { return pass() }
        throw Unread("\"\(scalar)\" is no part of an expression")
    }

    /// Passes over `\boxed{`.
    mutating func openBox(_ length: Int) {
        boxes.append(level)
        pass(length)
    }

    /// A dollar or another mark around mathematics.
    mutating func toggle(_ length: Int, opens: Bool? = nil) {
        isInMath = opens ?? !isInMath
        if isInMath, !tokens.isEmpty { spanCount = 2 }
        pass(length)
    }

    /// Whether a pair of marks around mathematics is closed where the text ends.
    var isClosed: Bool {
        guard let last = scalars.last(where: { !$0.properties.isWhitespace }) else { return false }
        if last == "$" { return !isInMath }
        let end = scalars.suffix(2)
        return !isInMath && end.first == "\\" && (last == ")" || last == "]")
    }
}

extension Unread {
    static let ratio = Unread("a ratio or a time is given, not one expression")
}
