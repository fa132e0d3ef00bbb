/// Whether the parts of a clause give one number plainly: what comes before it, right after it, and between
/// two.
struct NumberContext {
    let tokens: [NumberToken]
    let range: Range<Int>
    let isReference: Bool

    /// The one number.
    func item() throws(Unread) -> NumberItem {
        var found: NumberItem?
        var last = range.lowerBound
        var index = range.lowerBound
        while index < range.upperBound {
            if case .refused(let reason) = tokens[index].kind { throw Unread(reason) }
            guard NumberPhrase.begins(tokens, at: index) else {
                index = try passed(index, after: found)
                continue
            }
            guard let next = try number(at: index) else {
                index += 1
                continue
            }
            if let first = found {
                try compare(first, next, from: last)
            } else {
                try checkBefore(next)
                try checkAfter(next)
                found = next
            }
            index = next.end
            last = next.end
        }
        guard let found else { throw Unread("no number follows the answer cue") }
        if isReference { try checkAlone(found) }
        return found
    }

    /// The number at a place; nil for a bracket that holds words beside it.
    private func number(at index: Int) throws(Unread) -> NumberItem? {
        let part = Array(tokens[index..<min(range.upperBound, index + 24)])
        do throws(Unread) {
            let read = try NumberPhrase.number(in: part, at: 0)
            return NumberItem(value: read.value, start: index, end: index + read.end)
        } catch {
            guard tokens[index].kind == .open else { throw error }
            return nil
        }
    }

    /// Goes on after a part that is no number.
    private func passed(_ index: Int, after found: NumberItem?) throws(Unread) -> Int {
        if found != nil, let word = tokens[index].word { try checkLater(word, at: index) }
        // The 2 of cm^2 and m² belongs to the unit.
        guard tokens[index].kind == .caret else { return index + 1 }
        var next = index + 1
        if next < range.upperBound, tokens[next].kind == .dash { next += 1 }
        if next < range.upperBound, tokens[next].isNumber { next += 1 }
        return next
    }

    private func word(at index: Int) -> String? { range.contains(index) ? tokens[index].word : nil }

    private func kind(at index: Int) -> NumberToken.Kind? { range.contains(index) ? tokens[index].kind : nil }

    private func checkBefore(_ item: NumberItem) throws(Unread) {
        for index in range.lowerBound..<item.start {
            switch tokens[index].kind {
            case .times, .slash, .caret, .superscript, .plus:
                throw Unread("an expression is given, not one number")
            case .word(let word) where Self.isDenial(word):
                throw Unread("\"\(word)\" comes before the number")
            default: break
            }
        }
        for index in item.start - 3..<item.start {
            if let word = word(at: index), Self.bounds.contains(word) {
                throw Unread("\"\(word)\" before the number leaves no plain number")
            }
        }
        if let word = word(at: item.start - 1) {
            if Self.names.contains(word) || Self.months.contains(word) {
                throw Unread("\"\(word)\" makes the number a date or a name")
            }
            let isFar = word == "from" && self.word(at: item.start - 2) == "far"
            if isFar || word == "but" { throw Unread("\"\(word)\" comes before the number") }
        }
        // A dash after a word: sign, hyphen or pause.
        if kind(at: item.start) == .dash, word(at: item.start - 1) != nil {
            let isSign =
                tokens[item.start].isApart && item.start + 1 < range.upperBound
                && !tokens[item.start + 1].isApart
            guard isSign else { throw Unread("a dash joins a word and a number") }
        }
        if kind(at: item.start) == .plus, word(at: item.start - 1) != nil {
            throw Unread("an expression is given, not one number")
        }
        if kind(at: item.start - 1) == .dash { throw Unread("a dash joins a word and a number") }
    }

    private func checkAfter(_ item: NumberItem) throws(Unread) {
        var index = item.end
        while [.close, .currency, .percent].contains(kind(at: index)) { index += 1 }
        switch kind(at: index) {
        case .word(let word): try checkUnit(word, at: index, of: item)
        case .plus, .times, .caret, .superscript:
            throw Unread("an expression is given, not one number")
        case .slash:
            guard let unit = word(at: index + 1), !NumberWords.names(unit) else {
                throw Unread("an expression is given, not one number")
            }
        case .dash: try checkDash(at: index)
        case .open where !tokens[index].isApart: throw Unread("a product is given, not one number")
        case .refused(let reason): throw Unread(reason)
        default: break
        }
    }

    /// A range, a difference, a name such as `12-A`; units and years old may follow a dash.
    private func checkDash(at index: Int) throws(Unread) {
        guard range.contains(index + 1) else {
            throw Unread("a dash follows the number, and nothing after it")
        }
        if NumberPhrase.begins(tokens, at: index + 1) {
            throw Unread("a range or a difference is given, not one number")
        }
        guard let word = word(at: index + 1), !tokens[index].isApart, !tokens[index + 1].isApart else {
            return
        }
        guard word.unicodeScalars.count > 1, !NumberWords.ordinals.contains(word) else {
            throw Unread("a dash joins the number and \"\(word)\"")
        }
    }

    private func checkUnit(_ word: String, at index: Int, of item: NumberItem) throws(Unread) {
        let isAttached = !tokens[index].isApart
        if isAttached, NumberWords.ordinals.contains(word) {
            throw Unread("the number counts a place (\"\(word)\")")
        }
        if isAttached, word == "m", tokens[item.start..<item.end].contains(where: { $0.kind == .currency }) {
            throw Unread("\"m\" after an amount may be a million")
        }
        if Self.months.contains(word) { throw Unread("\"\(word)\" makes the number a date") }
        if word == "a" || word == "p", self.word(at: index + 1) == "m" {
            throw Unread("\"\(word).m.\" makes the number a time")
        }
        if Self.refusedAfter.contains(word) {
            throw Unread("\"\(word)\" after the number leaves no plain number")
        }
        if word == "and", self.word(at: index + 1).map(Self.additions.contains) ?? !range.contains(index + 1)
        {
            throw Unread("more is added to the number")
        }
        if word == "times", let next = self.word(at: index + 1), !Self.afterTimes.contains(next) {
            throw Unread("an expression is given, not one number")
        }
        if self.word(at: index + 1) == "than", ["more", "less", "fewer", "greater"].contains(word) {
            throw Unread("\"\(word) than\" after the number leaves no plain number")
        }
        if NumberWords.isPart(word) {
            throw Unread("\"\(word)\" after a number may be a part or a thing; write the fraction in digits")
        }
        if NumberWords.isPlural(word) { throw Unread("\"\(word)\" after the number multiplies it") }
        let scalars = Array(word.unicodeScalars)
        if scalars.count == 1, let letter = scalars.first {
            let isUnit = Self.letters.contains(letter) || letter == "a" && !isAttached
            let isName = letter.isASCII || (0x3B1...0x3C9).contains(letter.value)
            guard isUnit || !isName else { throw Unread("\"\(word)\" after the number may be a variable") }
        }
        if scalars.contains(where: { ("0"..."9").contains($0) }) {
            let isPower =
                ["2", "3"].contains(scalars.last) && Self.lengths.contains(String(word.dropLast()))
            guard isPower else {
                throw Unread("letters and digits together name something")
            }
        }
    }

    /// A word some way after the number that takes it back.
    private func checkLater(_ word: String, at index: Int) throws(Unread) {
        if Self.takesBack.contains(word) || word.hasSuffix("n't") {
            throw Unread("\"\(word)\" after the number takes it back")
        }
        let isDenied = word == "not" && self.word(at: index - 1).map(Self.verbs.contains) ?? false
        if isDenied { throw Unread("\"not\" after the number takes it back") }
    }

    /// Refuses a second number, unless it says the same again or says what the answer is not.
    private func compare(_ first: NumberItem, _ next: NumberItem, from last: Int) throws(Unread) {
        if isDenied(next), !isReference { return }
        let between = tokens[last..<next.start]
        let isBracketed = tokens[next.start].kind == .open || tokens[next.start - 1].kind == .open
        let isRepeated = isBracketed || between.contains { $0.word.map(Self.repeats.contains) ?? false }
        guard first.value == next.value, isRepeated,
            !between.contains(where: { $0.word.map(Self.divides) ?? false })
        else {
            throw Unread(
                "more than one number is given, \(first.value.canonical) and \(next.value.canonical)"
            )
        }
    }

    /// `8 and not 9`, `8 rather than 9`, `8, not the 9`.
    private func isDenied(_ item: NumberItem) -> Bool {
        var index = item.start - 1
        if let word = word(at: index), word == "the" || word == "a" { index -= 1 }
        guard let word = word(at: index) else { return false }
        return word == "not" || word == "than" && self.word(at: index - 1) == "rather"
            || word == "of" && self.word(at: index - 1) == "instead"
    }

    /// A reference is a number with its currency or unit and nothing else.
    private func checkAlone(_ item: NumberItem) throws(Unread) {
        for index in range.lowerBound..<item.start {
            if let word = tokens[index].word, !Self.currencies.contains(word) {
                throw Unread("words come before the number, from \"\(word)\" on")
            }
            if tokens[index].kind == .comma { throw Unread("a comma comes before the number") }
        }
        let after = tokens[item.end..<range.upperBound]
        if after.contains(where: { $0.kind == .comma }) {
            throw Unread("more than a unit follows the number")
        }
        if after.count > 8 { throw Unread("more than a unit follows the number") }
        if let word = after.compactMap(\.word).first(where: { Self.divides($0) || $0 == "and" }) {
            throw Unread("\"\(word)\" follows the number")
        }
    }
}
