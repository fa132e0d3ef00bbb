/// Numbers in English words: `twelve`, `one hundred and five`, `two thirds`, `a dozen`.
enum NumberWords {
    /// Whether a number may begin with a word.
    static func begins(_ tokens: [NumberToken], at place: Int) -> Bool {
        guard tokens.indices.contains(place), let word = tokens[place].word else { return false }
        if word == "one" { return !isPronoun(tokens, at: place) }
        if word == "a" || word == "an" { return number(in: tokens, at: place) != nil }
        return small[word] != nil || tens[word] != nil || word == "half" || word == "dozen"
    }

    /// The number at a place and where it ends; nil where there is none.
    static func number(in tokens: [NumberToken], at place: Int) -> (value: ExactNumber, end: Int)? {
        var reader = Reader(tokens: tokens, place: place)
        return reader.read()
    }

    /// The value of a word that multiplies what stands before it; nil for other words.
    static let scales: [String: Int] = [
        "hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000,
        "trillion": 1_000_000_000_000, "lakh": 100_000, "crore": 10_000_000, "dozen": 12,
    ]

    /// The same for what may be written at the digits, as in `5k`.
    static let attachedScales: [String: Int] = [
        "k": 1000, "mn": 1_000_000, "mln": 1_000_000, "mio": 1_000_000, "bn": 1_000_000_000,
    ]

    /// Words that count places.
    static let ordinals: Set<String> = [
        "st", "nd", "rd", "th", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
        "ninth",
    ]

    private static let small: [String: Int] = [
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
        "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
        "seventeen": 17, "eighteen": 18, "nineteen": 19,
    ]

    private static let tens: [String: Int] = [
        "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
        "eighty": 80,
        "ninety": 90,
    ]

    private static let parts: [String: Int] = [
        "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
        "ninth": 9, "tenth": 10, "hundredth": 100, "thousandth": 1000,
    ]

    /// Whether a word names a part, such as `tenths`.
    static func isPart(_ word: String) -> Bool {
        let single = word.hasSuffix("s") ? String(word.dropLast()) : word
        return parts[single] != nil || word == "halves" || laterParts.contains(single)
    }

    /// Parts that no fraction in words is read of.
    private static let laterParts: Set<String> = [
        "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
        "eighteenth",
        "nineteenth", "twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth",
        "ninetieth", "millionth", "billionth",
    ]

    /// Whether a word is a number or multiplies one.
    static func names(_ word: String) -> Bool {
        small[word] != nil || tens[word] != nil || scales[word] != nil || word == "half"
    }

    /// Whether a word is more than one of a number, such as `twos`.
    static func isPlural(_ word: String) -> Bool {
        if word == "sixes" || word == "twenties" { return true }
        guard word.hasSuffix("s"), let value = small[String(word.dropLast())] else { return false }
        return value > 1
    }

    private static let pointers: Set<String> = [
        "this", "that", "the", "which", "each", "every", "any", "another", "no", "other", "first", "last",
        "only",
        "same", "right", "correct", "wrong",
    ]

    private static func isPronoun(_ tokens: [NumberToken], at place: Int) -> Bool {
        if place > 0, let before = tokens[place - 1].word, pointers.contains(before) { return true }
        guard tokens.indices.contains(place + 1), let after = tokens[place + 1].word else { return false }
        return ["of", "that", "who", "which"].contains(after)
    }

    /// Reads from left to right; each word must fit what stands before it.
    private struct Reader {
        let tokens: [NumberToken]
        var place: Int
        var total = 0
        var group: Int?
        var scale = Int.max

        mutating func read() -> (value: ExactNumber, end: Int)? {
            if let word = word(at: place), word == "a" || word == "an" {
                guard let next = self.word(at: place + 1),
                    next == "hundred" || next == "thousand" || next == "million" || next == "dozen"
                        || NumberWords.parts[next] != nil
                else { return nil }
                group = 1
                place += 1
            } else if word(at: place) == "half" {
                return ExactNumber(1, over: 2).map { ($0, place + 1) }
            } else if word(at: place) == "dozen" {
                return (ExactNumber(12), place + 1)
            }
            while let next = following(), take(next.word) { place = next.place + 1 }
            guard group != nil || total > 0 else { return nil }
            if let part = part() { return part }
            return (ExactNumber(total + (group ?? 0)), place)
        }

        /// The next word of the number: directly, after a hyphen, or after `and`.
        private func following() -> (word: String, place: Int)? {
            guard let word = word(at: place) else {
                guard group != nil, isHyphen(at: place), let next = self.word(at: place + 1) else {
                    return nil
                }
                return (next, place + 1)
            }
            let isAfterScale = group.map { $0 >= 100 && $0.isMultiple(of: 100) } ?? (total > 0)
            guard word == "and", isAfterScale, let next = self.word(at: place + 1),
                NumberWords.small[next] != nil || NumberWords.tens[next] != nil
            else { return (word, place) }
            return (next, place + 1)
        }

        /// Takes a word in; false where it does not go on with the number.
        private mutating func take(_ word: String) -> Bool {
            if let value = NumberWords.small[word] {
                guard let group else {
                    self.group = value
                    return value > 0 || total == 0
                }
                let isUnit = group % 100 >= 20 && group.isMultiple(of: 10) && (1...9).contains(value)
                guard isUnit || group >= 100 && group.isMultiple(of: 100) && value > 0 else { return false }
                self.group = group + value
            } else if let value = NumberWords.tens[word] {
                guard group.map({ $0 >= 100 && $0.isMultiple(of: 100) }) ?? true else { return false }
                group = (group ?? 0) + value
            } else if word == "hundred" {
                guard let group, (1...99).contains(group) else { return false }
                self.group = group * 100
            } else if word == "dozen" {
                guard let group, (1...99).contains(group), total == 0 else { return false }
                self.group = group * 12
            } else if word == "thousand" || word == "million" {
                let step = word == "thousand" ? 1000 : 1_000_000
                guard let group, group > 0, step < scale else { return false }
                total += group * step
                (self.group, scale) = (nil, step)
            } else {
                return false
            }
            return true
        }

        /// `two thirds`, `one half`, `three-quarters`.
        private func part() -> (value: ExactNumber, end: Int)? {
            guard let group, total == 0, (1...19).contains(group) else { return nil }
            let place = isHyphen(at: place) ? place + 1 : place
            guard var word = word(at: place) else { return nil }
            let isPlural = word.hasSuffix("s") || word == "halves"
            if word == "halves" { word = "half" } else if isPlural { word.removeLast() }
            guard let bottom = NumberWords.parts[word], isPlural || group == 1 else { return nil }
            return ExactNumber(Int128(group), over: Int128(bottom)).map { ($0, place + 1) }
        }

        private func word(at place: Int) -> String? {
            tokens.indices.contains(place) ? tokens[place].word : nil
        }

        /// A dash right between two words.
        private func isHyphen(at place: Int) -> Bool {
            guard tokens.indices.contains(place), tokens.indices.contains(place + 1) else { return false }
            return tokens[place].kind == .dash && !tokens[place].isApart && !tokens[place + 1].isApart
        }
    }
}
