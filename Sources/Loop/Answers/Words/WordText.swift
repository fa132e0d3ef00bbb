/// A text as words and signs, as labels and truth words are compared.
///
/// Unicode NFKC, lower case, without quotes, marks and LaTeX's dress. What is between two words is kept as a
/// `Gap`.
struct WordText {
    /// What is between two tokens, the stronger the larger.
    enum Gap: Int, Comparable {
        /// Nothing: `C` and `+` of `C+`.
        case none
        /// A hyphen, low line or full stop within one word: `non-positive`.
        case joined
        /// White space, quotes or marks.
        case space
        /// A comma, colon, bracket, slash or dash.
        case hard
        /// The end of a sentence or line.
        case ended
        /// The end of a sentence that asks.
        case asked

        static func < (left: Gap, right: Gap) -> Bool { left.rawValue < right.rawValue }
    }

    /// A word, or a sign such as `+`.
    struct Token: Hashable {
        /// Its letters in lower case, without apostrophes.
        let text: String
        /// What is between it and the token before.
        let gap: Gap
        /// Whether it denies as `isn't` does.
        let isDenial: Bool
    }

    /// Words and signs in order.
    var tokens: [Token] = []
    /// What follows the last of them.
    var tail = Gap.none

    private var scalars: [Unicode.Scalar] = []
    private var place = 0

    /// Reads a text; linear in its length.
    init(_ text: some StringProtocol) {
        scalars = Self.composed(text)
        while place < scalars.count {
            if Self.isWord(scalars[place]) {
                takeWord()
            } else if isSign(at: place) {
                add(Self.isDash(scalars[place]) ? "-" : String(scalars[place]), isDenial: false)
                place += 1
            } else {
                tail = max(tail, gap())
            }
        }
        scalars = []
    }

    private func scalar(at place: Int) -> Unicode.Scalar? {
        scalars.indices.contains(place) ? scalars[place] : nil
    }

    private func isWord(at place: Int) -> Bool { scalar(at: place).map(Self.isWord) ?? false }

    private func isSpace(at place: Int) -> Bool { scalar(at: place)?.properties.isWhitespace ?? true }

    private mutating func add(_ text: String, isDenial: Bool) {
        tokens.append(Token(text: text, gap: tail, isDenial: isDenial))
        tail = .none
    }

    /// `isn't` is one word, and so is `isnt`.
    private mutating func takeWord() {
        var word = String.UnicodeScalarView()
        var hasApostrophe = false
        while let scalar = scalar(at: place) {
            if Self.isWord(scalar) {
                word.append(scalar)
            } else if Self.isApostrophe(scalar), isWord(at: place + 1) {
                hasApostrophe = true
            } else {
                break
            }
            place += 1
        }
        let text = String(word).lowercased()
        add(text, isDenial: hasApostrophe && text.hasSuffix("nt"))
    }

    /// Symbols, the minus of a number and what people name things with (`C#`, `R&B`).
    private func isSign(at place: Int) -> Bool {
        let scalar = scalars[place]
        if Self.isDash(scalar) || scalar == "$" {
            let isNumber = self.scalar(at: place + 1)?.properties.numericType != nil
            return isNumber && !isWord(at: place - 1)
        }
        if "✅✔✓☑".unicodeScalars.contains(scalar) { return false }
        switch scalar.properties.generalCategory {
        case .mathSymbol, .currencySymbol, .otherSymbol: return true
        default: return "#%&@".unicodeScalars.contains(scalar)
        }
    }

    /// Passes over what is no token, and says how strong it is.
    private mutating func gap() -> Gap {
        let scalar = scalars[place]
        defer { place += 1 }
        if Self.isNewline(scalar) { return .ended }
        if scalar.properties.isWhitespace { return .space }
        if scalar == "\\" { return command() }
        if Self.isDash(scalar) { return dash(scalar) }
        switch scalar {
        case ".": return stop()
        case "!", "。": return .ended
        case "?", "؟": return .asked
        case "_": return isWord(at: place - 1) && isWord(at: place + 1) ? .joined : .space
        case "*", "`", "\"", "“", "”", "„", "«", "»", "‘", "$", "{", "}": return .space
        default:
            if Self.isApostrophe(scalar) { return .space }
            return scalar.properties.generalCategory == .modifierSymbol ? .space : .hard
        }
    }

    private mutating func command() -> Gap {
        let name = scalars[(place + 1)...].prefix(12).prefix { $0.isASCII && $0.properties.isAlphabetic }
        if Self.dress.contains(String(String.UnicodeScalarView(name))) { place += name.count }
        return .space
    }

    /// A hyphen joins the words beside it; one with space around it, or a long dash, parts them.
    private func dash(_ scalar: Unicode.Scalar) -> Gap {
        let isJoiner = scalar.value < 0x2014 || scalar == "−"
        guard isJoiner, isWord(at: place - 1) else { return .hard }
        return isWord(at: place + 1) || place + 1 == scalars.count ? .joined : .hard
    }

    /// A full stop ends a sentence before white space, after another one, and where a capital follows.
    private func stop() -> Gap {
        guard isWord(at: place + 1) else { return .ended }
        if scalar(at: place - 1) == "." { return .ended }
        guard isWord(at: place - 1) else { return .space }
        let isCapital = scalars[place + 1].properties.isUppercase
        return isCapital && scalars[place - 1].properties.isLowercase ? .ended : .joined
    }
}
