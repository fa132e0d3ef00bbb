extension ExpressionLexer {
    /// A run of letters: a function, a name, a product of variables, a unit, or the end of the expression.
    mutating func word() throws(Unread) {
        var index = place
        while let scalar = scalar(at: index), scalar.isASCII, NumberLexer.isLetter(scalar) { index += 1 }
        try take(text(place..<index), length: index - place)
    }

    private func text(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

    private mutating func take(_ run: String, length: Int) throws(Unread) {
        let lower = run.lowercased()
        if run.count == 1 { return try add(.name(run), length: length) }
        if ExpressionWords.functions.contains(run) {
            try add(.command(run), length: length)
            if run == "log" { try base() }
            return
        }
        if ExpressionWords.names.contains(run) { return try add(.name(run), length: length) }
        if run == "infinity" || run == "oo" || run == "inf" { return try mark("∞", length: length) }
        if lower == "or" || lower == "and" {
            throw Unread("more than one expression is given (\"\(lower)\")")
        }
        if ExpressionWords.causes.contains(lower), !tokens.isEmpty {
            isEnded = true
            isExplained = true
            // A comma before the explanation belongs to it.
            while tokens.last?.isMark(",") ?? false { tokens.removeLast() }
            return
        }
        if ExpressionWords.units.contains(lower), let last = tokens.last, Self.endsValue(last) {
            return try add(.words(lower), length: length)
        }
        if run.count <= 3, !ExpressionWords.prose.contains(lower) {
            for letter in run { try add(.name(String(letter)), length: 1) }
            return
        }
        let start = ExpressionWords.functions.first {
            run.hasPrefix($0) && run.count == $0.count + 1 && $0.count < 5 && $0 != "base" && $0 != "root"
        }
        if let start {
            try add(.command(start), length: start.count)
            return try add(.name(String(run.suffix(1))), length: 1)
        }
        throw Unread("\"\(run)\" is no part of an expression")
    }

    /// `log10(x)` and `log2(x)` have a base, as programs write it.
    private mutating func base() throws(Unread) {
        var index = place
        while let scalar = scalar(at: index), ("0"..."9").contains(scalar) { index += 1 }
        guard index > place else { return }
        let digits = text(place..<index)
        guard digits == "2" || digits == "10", scalar(at: index) == "(" else {
            throw Unread("\"log\(digits)\" may mean two things; write log(\(digits)…) or \\log_{\(digits)}")
        }
        try mark("_", length: 0)
        try mark("{", length: 0)
        try add(
            .number(ExactNumber(digits == "2" ? 2 : 10), digits: digits),
            length: index - place
        )
        try mark("}", length: 0)
    }

    private static func endsValue(_ token: ExpressionToken) -> Bool {
        switch token.kind {
        case .number, .part, .name, .words: true
        case .mark(let mark): ")]}|%°!".contains(mark)
        case .command: false
        }
    }

    /// What a `\command` means.
    mutating func command() throws(Unread) {
        var index = place + 1
        while let scalar = scalar(at: index), scalar.isASCII, NumberLexer.isLetter(scalar) { index += 1 }
        guard index > place + 1 else { return try sign() }
        let name = text(place + 1..<index)
        let length = index - place
        switch name {
        case "boxed" where scalar(at: index) == "{", "fbox" where scalar(at: index) == "{":
            openBox(length + 1)
        case "frac", "dfrac", "tfrac", "cfrac": try add(.command("frac"), length: length)
        case "binom", "dbinom", "tbinom": try add(.command("binom"), length: length)
        case "operatorname" where scalar(at: index) == "{", _ where ExpressionWords.texts.contains(name):
            try group(name, after: index)
        case "begin", "end": try environment(name, after: index)
        case "ldots", "dots", "cdots": throw Unread("\"\\\(name)\" leaves the expression open")
        case "overline": throw Unread("\"\\overline\" is read after decimals only")
        case "varphi": try add(.name("phi"), length: length)
        case "varepsilon": try add(.name("epsilon"), length: length)
        case "mathbb": throw Unread("a set of numbers by its letter is not read")
        default:
            if let mark = ExpressionWords.marks[name] { return try self.mark(mark, length: length) }
            if ExpressionWords.dress.contains(name) {
                // `\left.` is an empty bracket.
                let isEmpty = (name == "left" || name == "right") && scalar(at: index) == "."
                return pass(isEmpty ? length + 1 : length)
            }
            if ExpressionWords.functions.contains(name) { return try add(.command(name), length: length) }
            if ExpressionWords.names.contains(name) { return try add(.name(name), length: length) }
            throw Unread("the command \"\\\(name)\" is not read")
        }
    }

    private mutating func sign() throws(Unread) {
        switch scalar(at: place + 1) {
        case "{": try add(.command("{"), length: 2); level += 1
        case "}": try add(.command("}"), length: 2); level -= 1
        case "\\": try add(.command("\\"), length: 2)
        case "%": try mark("%", length: 2)
        case "|": try mark("|", length: 2)
        case "(", "[": toggle(2, opens: true)
        case ")", "]": toggle(2, opens: false)
        case "$", ",", ";", ":", "!", " ", "\n", ">": pass(2)
        default: throw Unread("a backslash in the answer leaves no plain expression")
        }
    }

    /// `\text{…}`: one letter is a name, words are a unit.
    private mutating func group(_ name: String, after index: Int) throws(Unread) {
        var start = index
        while scalar(at: start) == " " { start += 1 }
        guard scalar(at: start) == "{" else { throw Unread("\"\\\(name)\" without braces is not read") }
        var end = start + 1
        while let scalar = scalar(at: end), scalar != "}" {
            guard scalar != "{", scalar != "\\", scalar != "$" else {
                throw Unread("more than words is in \"\\\(name){…}\"")
            }
            end += 1
        }
        guard end < scalars.count else { throw Unread("a bracket is not closed") }
        let words = text(start + 1..<end).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let length = end + 1 - place
        guard !words.isEmpty else { return pass(length) }
        let isMath = name.hasPrefix("math") || name == "operatorname"
        if isMath, words.count == 1 || ExpressionWords.functions.contains(words) {
            return try take(words, length: length)
        }
        for word in words.lowercased().split(whereSeparator: { !$0.isLetter }) {
            if word == "or" || word == "and" {
                throw Unread("more than one expression is given (\"\(word)\")")
            }
            if ExpressionWords.prose.contains(String(word)) || ExpressionWords.causes.contains(String(word)) {
                throw Unread("\"\(words)\" is no part of an expression")
            }
        }
        try add(.words(words), length: length)
    }

    private mutating func environment(_ name: String, after index: Int) throws(Unread) {
        var end = index
        while let scalar = scalar(at: end), scalar != "}", end - index < 20 { end += 1 }
        guard scalar(at: index) == "{", scalar(at: end) == "}" else {
            throw Unread("\"\\\(name)\" without braces is not read")
        }
        let kind = text(index + 1..<end)
        guard ["pmatrix", "bmatrix", "matrix", "smallmatrix", "array"].contains(kind) else {
            throw Unread("the environment \"\(kind)\" is not read")
        }
        end += 1
        if kind == "array", name == "begin", scalar(at: end) == "{" {
            while let scalar = scalar(at: end), scalar != "}" { end += 1 }
            end += 1
        }
        level += name == "begin" ? 1 : -1
        try add(.command("\(name):matrix"), length: min(end, scalars.count) - place)
    }
}
