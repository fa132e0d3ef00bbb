/// Cuts the first sentence of an answer clause into parts, in one pass.
///
/// Marks that only dress a number (`**`, `$…$`, `\boxed{}`, quotes) are passed over. What leaves no plain
/// number is a part of its own, `refused`, so that it counts only where the number is.
struct NumberLexer {
    let scalars: [Unicode.Scalar]
    let depth: Int
    var place = 0
    var tokens: [NumberToken] = []
    /// Whether a full stop or exclamation mark with something after it has ended the sentence.
    private(set) var isEnded = false
    private var isApart = true
    private var isBold = false
    private var isItalic = false

    /// Levels of `\frac` within `\frac`.
    private static let deepest = 4
    /// Characters of one part of a `\frac`.
    private static let longestPart = 200

    init(_ scalars: [Unicode.Scalar], depth: Int = 0) {
        self.scalars = scalars
        self.depth = depth
    }

    /// Cuts up to the sentence's end; `place` is then where the next one begins.
    mutating func run() {
        while place < scalars.count, !isEnded { step() }
    }

    private mutating func step() {
        let scalar = scalars[place]
        switch scalar {
        case " ", "\t": pass()
        case "0"..."9": digits()
        case ".": point()
        case "!": exclamation()
        case "?", "？": add(.refused("a question mark follows in the answer"))
        case "。":
            pass()
            isEnded = true
        case "\\": command()
        case "*": star()
        case "^": caret()
        case "_", "`", "\"", "'", "{", "}", "~", "“", "”", "‘", "’", "«", "»", "′", "″": pass()
        case "$": add(.currency)
        case "%", "％": add(.percent)
        case ",", ";", "、", "，": add(.comma)
        case ":", "：": colon()
        case "(", "（": add(.open)
        case ")", "）": add(.close)
        case "+", "＋": add(.plus)
        case "=", "≈": add(.equals)
        case "×", "·", "⋅", "∙", "✕", "✖": add(.times)
        case "/", "⁄", "∕", "／": add(.slash)
        case "°", "º": add(.word("degrees"))
        case "…": ellipsis(length: 1)
        case "✗", "✘", "❌", "🚫", "⛔", "❓", "❔": add(.refused("\"\(scalar)\" takes the number back"))
        case "÷", "‰", "‱", "<", ">", "≤", "≥", "≠", "±", "∓", "√", "∛", "∞", "|", "#", "@", "&", "[", "]":
            add(.refused("\"\(scalar)\" in the answer leaves no plain number"))
        default: other(scalar)
        }
    }

    private mutating func other(_ scalar: Unicode.Scalar) {
        if Glyphs.isDash(scalar) { return add(.dash) }
        if let (top, bottom) = Glyphs.fraction(scalar), let value = ExactNumber(top, over: bottom) {
            return add(.fraction(value))
        }
        if Glyphs.raisedDigit(scalar) != nil || scalar == "⁻" || scalar == "⁺" { return superscript() }
        let properties = scalar.properties
        if Self.isLetter(scalar) { return word() }
        if properties.numericType != nil { return add(.refused("digits of another script are not read")) }
        switch properties.generalCategory {
        case .currencySymbol: add(.currency)
        // Arrows lead to a number.
        case .mathSymbol
        where !(0x2190...0x21FF).contains(scalar.value) && !(0x27F0...0x27FF).contains(scalar.value):
            add(.refused("\"\(scalar)\" in the answer leaves no plain number"))
        case .nonspacingMark, .spacingMark, .enclosingMark:
            add(.refused("a combining character in the answer leaves no plain number"))
        default:
            guard !(0x202A...0x202E).contains(scalar.value), !(0x2066...0x2069).contains(scalar.value) else {
                return add(.refused("a mark that turns the direction of writing leaves no plain number"))
            }
            pass()
        }
    }

    /// Passes over something that only separates.
    mutating func pass(_ count: Int = 1) {
        place += count
        isApart = true
    }

    mutating func add(_ kind: NumberToken.Kind, length: Int = 1) {
        let end = place + length
        tokens.append(NumberToken(kind: kind, start: place, end: end, isApart: isApart))
        place = end
        isApart = false
    }

    func scalar(at index: Int) -> Unicode.Scalar? { scalars.indices.contains(index) ? scalars[index] : nil }

    func isDigit(at index: Int) -> Bool {
        index >= 0 && index < scalars.count && ("0"..."9").contains(scalars[index])
    }

    /// Whether the last part is a number that ends right here.
    var followsNumber: Bool {
        guard let last = tokens.last, last.end == place else { return false }
        if case .superscript = last.kind { return true }
        return last.isNumber || last.kind == .close
    }

    private var followsWord: Bool { tokens.last?.word != nil && tokens.last?.end == place }

    /// A decimal point without digits before it, an end of the sentence, or a mark.
    private mutating func point() {
        if isDigit(at: place + 1) {
            if followsWord || followsNumber {
                return add(.refused("digits and points together name something, such as a version"))
            }
            return digits()
        }
        if scalar(at: place + 1) == "." {
            var length = 2
            while scalar(at: place + length) == "." { length += 1 }
            return ellipsis(length: length)
        }
        let isAbbreviation = tokens.last?.word.map(Self.abbreviations.contains) ?? false && followsWord
        if !isAbbreviation, endsSentence(after: place + 1) { return }
        if followsNumber, let next = scalar(at: place + 1), next.properties.isUppercase {
            place += 1
            isEnded = true
            return
        }
        pass()
    }

    private mutating func exclamation() {
        var next = place + 1
        while scalar(at: next) == " " { next += 1 }
        if scalar(at: next) != "=", endsSentence(after: place + 1) {
            isEnded = true
        } else {
            add(.refused("\"!\" in the answer leaves no plain number"))
        }
    }

    /// Ends the sentence where white space or nothing follows, quotes and other marks aside.
    private mutating func endsSentence(after index: Int) -> Bool {
        var index = index
        while let scalar = scalar(at: index), "*_`\"')”’»$}".unicodeScalars.contains(scalar) { index += 1 }
        guard let scalar = scalar(at: index) else {
            place = index
            return true
        }
        guard scalar.properties.isWhitespace else { return false }
        place = index
        isEnded = true
        return true
    }

    private mutating func ellipsis(length: Int) {
        if followsNumber {
            add(.refused("the digits go on (\"…\")"), length: length)
        } else {
            pass(length)
        }
    }

    private mutating func colon() {
        if followsNumber, isDigit(at: place + 1) {
            add(.refused("a time or a ratio is given, not one number"))
        } else {
            add(.comma)
        }
    }

    /// Emphasis, or `*` and `**` between numbers.
    private mutating func star() {
        var length = 1
        while scalar(at: place + length) == "*" { length += 1 }
        var next = place + length
        if length == 1 { while scalar(at: next) == " " { next += 1 } }
        let isOperand = isDigit(at: next) || [".", "(", "-", "$", "\\"].contains(scalar(at: next))
        let afterNumber = tokens.last.map { $0.isNumber || $0.kind == .close } ?? false
        if length == 2, followsNumber, !isBold, isOperand { return add(.caret, length: 2) }
        if length == 1, afterNumber, !isItalic, isOperand { return add(.times) }
        let isDangling = length == 1 && !isItalic && next >= scalars.count && scalar(at: place - 1) == " "
        if isDangling, tokens.last?.isNumber ?? false {
            return add(.refused("an expression is given, not one number"))
        }
        if length == 2 { isBold.toggle() }
        if length == 1 { isItalic.toggle() }
        pass(length)
    }

    private mutating func caret() {
        for degrees in ["^\\circ", "^{\\circ}", "^°"] where follows(degrees) {
            return add(.word("degrees"), length: degrees.unicodeScalars.count)
        }
        add(.caret)
    }

    private func follows(_ text: String) -> Bool {
        let wanted = text.unicodeScalars
        return scalars[place...].prefix(wanted.count).elementsEqual(wanted)
    }

    private mutating func superscript() {
        var (index, value, count) = (place, 0, 0)
        let isNegative = scalars[index] == "⁻"
        if isNegative || scalars[index] == "⁺" { index += 1 }
        while let scalar = scalar(at: index), let digit = Glyphs.raisedDigit(scalar) {
            (value, count, index) = (min(value * 10 + digit, 100_000), count + 1, index + 1)
        }
        guard count > 0 else { return add(.refused("a raised sign leaves no plain number")) }
        add(.superscript(isNegative ? -value : value), length: index - place)
    }

    private mutating func word() {
        if let next = scalar(at: place + 1), followsNumber, ["x", "X"].contains(scalars[place]),
            ("0"..."9").contains(next)
        {
            return add(.times)
        }
        var index = place
        var text = String.UnicodeScalarView()
        while let scalar = scalar(at: index) {
            if Self.isLetter(scalar) || isDigit(at: index) || Self.isJoined(scalar) {
                text.append(scalar)
            } else if ["'", "’", "ʼ"].contains(scalar), let next = self.scalar(at: index + 1),
                Self.isLetter(next)
            {
                text.append("'")
            } else if scalar != "_" || text.isEmpty || self.scalar(at: index + 1).map(Self.isLetter) ?? true {
                break
            }
            index += 1
        }
        // The case tells a million from a metre.
        let isMillion = text.count == 1 && text.first == "M" && followsNumber
        add(.word(isMillion ? "million" : String(text).lowercased()), length: index - place)
    }

    static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) }
        return scalar.properties.isAlphabetic && scalar.properties.numericType == nil
    }

    private static func isJoined(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else { return false }
        return scalar.properties.generalCategory == .nonspacingMark
    }

    private static let abbreviations: Set<String> = [
        "rs", "approx", "ca", "mr", "mrs", "ms", "dr", "st", "vs",
    ]

    /// What a `\command` means.
    private mutating func command() {
        var index = place + 1
        while let scalar = scalar(at: index), Self.isLetter(scalar) { index += 1 }
        guard index > place + 1 else {
            switch scalar(at: place + 1) {
            case "%": return add(.percent, length: 2)
            case "$": return add(.currency, length: 2)
            case ",", ";", ":", "!", " ", "(", ")", "[", "]", "\\": return pass(2)
            default: return add(.refused("a backslash in the answer leaves no plain number"))
            }
        }
        let name = String(String.UnicodeScalarView(scalars[place + 1..<index]))
        let length = index - place
        switch name {
        case "frac", "dfrac", "tfrac", "cfrac": fraction(after: index)
        case "times", "cdot", "ast": add(.times, length: length)
        case "approx", "simeq": add(.equals, length: length)
        case "pounds", "euro", "yen", "texteuro": add(.currency, length: length)
        case "circ", "degree": add(.word("degrees"), length: length)
        case "percent": add(.percent, length: length)
        default:
            if Self.dress.contains(name) {
                pass(length)
            } else {
                add(.refused("\"\\\(name)\" in the answer leaves no plain number"), length: length)
            }
        }
    }

    private static let dress: Set<String> = [
        "boxed", "fbox", "left", "right", "text", "textbf", "textit", "textrm", "mathrm", "mathbf", "mathit",
        "mbox",
        "operatorname", "displaystyle", "textstyle", "quad", "qquad", "bf", "rm", "it", "underline", "emph",
        "big",
        "Big", "bigl", "bigr",
    ]

    private mutating func fraction(after index: Int) {
        let start = place
        var index = index
        guard depth < Self.deepest, let top = argument(at: &index), let bottom = argument(at: &index),
            let value = top.divided(by: bottom)
        else { return add(.refused("a fraction in the answer is not one of two plain numbers")) }
        add(.fraction(value), length: index - start)
    }

    /// A number in braces or a single digit.
    private func argument(at index: inout Int) -> ExactNumber? {
        while scalar(at: index) == " " { index += 1 }
        if isDigit(at: index) {
            index += 1
            return ExactNumber(Int(scalars[index - 1].value) - 0x30)
        }
        guard scalar(at: index) == "{" else { return nil }
        let start = index + 1
        var level = 0
        repeat {
            guard let scalar = scalar(at: index), index - start < Self.longestPart else { return nil }
            level += scalar == "{" ? 1 : scalar == "}" ? -1 : 0
            index += 1
        } while level > 0
        var inner = NumberLexer(Array(scalars[start..<index - 1]), depth: depth + 1)
        inner.run()
        guard !inner.isEnded, let found = try? NumberPhrase.number(in: inner.tokens, at: 0),
            found.end == inner.tokens.count
        else { return nil }
        return found.value
    }
}
