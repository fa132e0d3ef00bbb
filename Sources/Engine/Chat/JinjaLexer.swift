/// Cuts a template into text and the words of its tags.
///
/// White space goes as transformers sets it: the line break after a block tag is dropped (`trim_blocks`), and
/// blanks before one that is first on its line (`lstrip_blocks`).
struct JinjaLexer {
    enum Token: Equatable {
        case text(String)
        /// `{{` or `{%`.
        case open(isBlock: Bool)
        /// `}}` or `%}`.
        case close(isBlock: Bool)
        case name(String)
        case string(String)
        case integer(Int)
        case float(Double)
        case sign(String)
    }

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private(set) var tokens: [Token] = []

    /// Cuts a template.
    ///
    /// - Throws: `JinjaError` for a tag that does not end, or a sign that is none.
    static func tokens(of source: String) throws(JinjaError) -> [Token] {
        var lexer = JinjaLexer(source)
        try lexer.run()
        return lexer.tokens
    }

    private init(_ source: String) {
        var scalars = Array(source.unicodeScalars)
        // As Jinja does: line breaks become one kind, and the last one is dropped.
        var (kept, place): ([Unicode.Scalar], Int) = ([], 0)
        while place < scalars.count {
            if scalars[place] == "\r" {
                kept.append("\n")
                if place + 1 < scalars.count, scalars[place + 1] == "\n" { place += 1 }
            } else {
                kept.append(scalars[place])
            }
            place += 1
        }
        scalars = kept
        if scalars.last == "\n" { scalars.removeLast() }
        self.scalars = scalars
    }

    private func starts(_ text: String, at place: Int) -> Bool {
        scalars[min(place, scalars.count)...].starts(with: text.unicodeScalars)
    }

    /// The last three words.
    private var lastTokens: [Token] { Array(tokens[max(tokens.count - 3, 0)...]) }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

    private mutating func run() throws(JinjaError) {
        var text: [Unicode.Scalar] = []
        var trimsNext = false
        func cleaned(_ text: [Unicode.Scalar], _ trims: Bool) -> [Unicode.Scalar] {
            trims ? Array(text.drop(while: Self.isSpace)) : text
        }
        while index < scalars.count {
            guard scalars[index] == "{", index + 1 < scalars.count,
                "{%#".unicodeScalars.contains(scalars[index + 1])
            else {
                text.append(scalars[index])
                index += 1
                continue
            }
            let kind = scalars[index + 1]
            var before = cleaned(text, trimsNext)
            text = []
            let mark = index + 2 < scalars.count ? scalars[index + 2] : " "
            if mark == "-" {
                while let last = before.last, Self.isSpace(last) { before.removeLast() }
            } else if kind != "{", mark != "+" {
                stripLine(&before, trimsNext)
            }
            if !before.isEmpty { append(before) }
            index += mark == "-" || mark == "+" ? 3 : 2
            trimsNext = kind == "#" ? try comment() : try tag(isBlock: kind == "%")
            if index >= 3, isRaw() { trimsNext = try raw() }
        }
        let rest = cleaned(text, trimsNext)
        if !rest.isEmpty { append(rest) }
    }

    private mutating func append(_ text: [Unicode.Scalar]) {
        tokens.append(.text(String(String.UnicodeScalarView(text))))
    }

    /// Drops blanks before a block tag that is first on its line.
    private func stripLine(_ text: inout [Unicode.Scalar], _ wasTrimmed: Bool) {
        let end = text.lastIndex { $0 != " " && $0 != "\t" }
        if let end {
            if text[end] == "\n" { text.removeSubrange((end + 1)...) }
        } else if startsLine(text.count) {
            text = []
        }
    }

    /// Whether the blanks before the current place begin a line of the source.
    private func startsLine(_ count: Int) -> Bool {
        let start = index - count
        return start <= 0 || scalars[start - 1] == "\n"
    }

    private mutating func skipLineBreak() {
        if index < scalars.count, scalars[index] == "\n" { index += 1 }
    }

    private mutating func comment() throws(JinjaError) -> Bool {
        while index < scalars.count, !starts("#}", at: index) { index += 1 }
        guard index < scalars.count else { throw JinjaError("a comment does not end") }
        let trims = scalars[index - 1] == "-"
        let keeps = scalars[index - 1] == "+"
        index += 2
        if !trims, !keeps { skipLineBreak() }
        return trims
    }

    private mutating func tag(isBlock: Bool) throws(JinjaError) -> Bool {
        tokens.append(.open(isBlock: isBlock))
        let end = isBlock ? "%}" : "}}"
        var depth = 0
        while true {
            while index < scalars.count, Self.isSpace(scalars[index]) { index += 1 }
            guard index < scalars.count else { throw JinjaError("a tag does not end") }
            if depth == 0 || isBlock {
                let mark = scalars[index]
                if starts(end, at: index) || ((mark == "-" || mark == "+") && starts(end, at: index + 1)) {
                    index += mark == "-" || mark == "+" ? 3 : 2
                    tokens.append(.close(isBlock: isBlock))
                    if isBlock, mark != "-", mark != "+" { skipLineBreak() }
                    return mark == "-"
                }
            }
            try word(&depth)
        }
    }

    private mutating func word(_ depth: inout Int) throws(JinjaError) {
        let scalar = scalars[index]
        if scalar == "\"" || scalar == "'" { return try string(scalar) }
        if scalar.properties.isXIDStart || scalar == "_" {
            let start = index
            while index < scalars.count, scalars[index].properties.isXIDContinue { index += 1 }
            tokens.append(.name(String(String.UnicodeScalarView(scalars[start..<index]))))
            return
        }
        if ("0"..."9").contains(scalar) { return try number() }
        for sign in ["==", "!=", "<=", ">=", "//", "**"] where starts(sign, at: index) {
            tokens.append(.sign(sign))
            index += 2
            return
        }
        guard "()[]{}.,:|=<>+-*/%~".unicodeScalars.contains(scalar) else {
            throw JinjaError("\"\(scalar)\" in a tag")
        }
        if "([{".unicodeScalars.contains(scalar) { depth += 1 }
        if ")]}".unicodeScalars.contains(scalar) { depth -= 1 }
        tokens.append(.sign(String(scalar)))
        index += 1
    }

    private mutating func number() throws(JinjaError) {
        let start = index
        func isDigit(_ place: Int) -> Bool { place < scalars.count && ("0"..."9").contains(scalars[place]) }
        while isDigit(index) { index += 1 }
        var isFloat = false
        if index < scalars.count, scalars[index] == ".", isDigit(index + 1) {
            isFloat = true
            index += 1
            while isDigit(index) { index += 1 }
        }
        let text = String(String.UnicodeScalarView(scalars[start..<index]))
        if isFloat, let value = Double(text) {
            tokens.append(.float(value))
        } else if let value = Int(text) {
            tokens.append(.integer(value))
        } else {
            throw JinjaError("the number \(text)")
        }
    }

    private mutating func string(_ quote: Unicode.Scalar) throws(JinjaError) {
        index += 1
        var text = String.UnicodeScalarView()
        while index < scalars.count, scalars[index] != quote {
            guard scalars[index] == "\\", index + 1 < scalars.count else {
                text.append(scalars[index])
                index += 1
                continue
            }
            let next = scalars[index + 1]
            index += 2
            switch next {
            case "n": text.append("\n")
            case "r": text.append("\r")
            case "t": text.append("\t")
            case "\\", "'", "\"": text.append(next)
            case "u", "x":
                let count = next == "u" ? 4 : 2
                let digits = String(
                    String.UnicodeScalarView(scalars[index..<min(index + count, scalars.count)])
                )
                guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
                    throw JinjaError("the escape \\\(next)\(digits)")
                }
                text.append(scalar)
                index += count
            default:
                text.append("\\")
                text.append(next)
            }
        }
        guard index < scalars.count else { throw JinjaError("a string does not end") }
        index += 1
        tokens.append(.string(String(text)))
    }

    /// Whether the tag just read is `raw`, which is then forgotten.
    private mutating func isRaw() -> Bool {
        guard lastTokens == [.open(isBlock: true), .name("raw"), .close(isBlock: true)] else {
            return false
        }
        tokens.removeLast(3)
        return true
    }

    /// The text up to `endraw`.
    private mutating func raw() throws(JinjaError) -> Bool {
        let start = index
        while index < scalars.count {
            if starts("{%", at: index) {
                let end = index
                index += 2
                if let first = index < scalars.count ? scalars[index] : nil, first == "-" || first == "+" {
                    index += 1
                }
                let trims = try tag(isBlock: true)
                let isEnd =
                    lastTokens == [.open(isBlock: true), .name("endraw"), .close(isBlock: true)]
                if let open = tokens.lastIndex(of: .open(isBlock: true)) { tokens.removeSubrange(open...) }
                if isEnd {
                    append(Array(scalars[start..<end]))
                    return trims
                }
                index = end + 1
            } else {
                index += 1
            }
        }
        throw JinjaError("a raw block does not end")
    }
}
