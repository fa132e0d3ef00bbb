/// The first sentence of a text, and the value that it plainly names.
struct WordSentence {
    /// Whether the sentence ends within the text, and more follows.
    let isEnded: Bool

    /// Its words and signs.
    let tokens: [WordText.Token]
    /// What follows the last token.
    private let tail: WordText.Gap
    /// Phrases in the sentence, those that are part of longer words left out.
    private let matches: [WordPhrases.Match]
    private let part: WordPhrases.Match?
    /// Whether a phrase holds the token, for each of them.
    private let named: [Bool]
    /// The words of each value.
    let reader: WordReader

    init(_ text: WordText, _ reader: WordReader) {
        self.reader = reader
        let all = reader.phrases.matches(in: text.tokens)
        let within = Set(all.filter { !$0.isPart }.flatMap { $0.range.dropFirst() })
        let end = text.tokens.indices.dropFirst().first {
            text.tokens[$0].gap >= .ended && !within.contains($0)
        }
        isEnded = end != nil
        let count = end ?? text.tokens.count
        tokens = Array(text.tokens[..<count])
        tail = end.map { text.tokens[$0].gap } ?? text.tail
        let own = all.filter { $0.range.upperBound <= count }
        matches = own.filter { !$0.isPart }
        part = own.first { $0.isPart }
        var named = [Bool](repeating: false, count: count)
        for place in own.lazy.filter({ !$0.isPart }).flatMap(\.range) { named[place] = true }
        self.named = named
    }

    /// The value and where it is.
    func value() throws(Unread) -> (value: String, match: WordPhrases.Match) {
        guard let first = matches.first else {
            if let part {
                throw Unread("\"\(words(part.range))\" is only part of a word in \"\(words(around: part))\"")
            }
            throw Unread(tokens.isEmpty ? "the answer is empty" : "it names no \(reader.noun) that there is")
        }
        guard tail != .asked else { throw Unread("the \(reader.noun) is asked about, not named") }
        let end = explanation(after: first) ?? tokens.count
        let later = matches.dropFirst().filter { $0.range.lowerBound < end }
        let denied = denied(after: first, until: end)
        for match in later where match.value != first.value && !denied.contains(match.range.lowerBound) {
            let names = "\(reader.name(first.value)) and \(reader.name(match.value))"
            throw Unread("more than one \(reader.noun) is given, \(names)")
        }
        for match in later where match.value == first.value && denied.contains(match.range.lowerBound) {
            throw Unread("\"\(words(match.range))\" is denied after it has been given")
        }
        try checkBefore(first)
        try checkAfter(first, later, until: end)
        return (first.value, first)
    }

    /// Where the explanation begins: `because it is`, `, as it is`.
    private func explanation(after match: WordPhrases.Match) -> Int? {
        (match.range.upperBound..<tokens.count).first { place in
            let (word, next) = (tokens[place].text, tokens[place...].dropFirst().first?.text)
            let isCause = word == "as" && tokens[place].gap >= .hard && next != "well"
            return (isCause || WordLists.causes.contains(word)) && !isNamed(place)
        }
    }

    func isNamed(_ place: Int) -> Bool { named[place] }

    func isDenial(_ place: Int) -> Bool {
        !isNamed(place) && (tokens[place].isDenial || WordLists.denials.contains(tokens[place].text))
    }

    /// Places that a denial comes before since the last comma: `No, it is not true`.
    private func denied(after first: WordPhrases.Match, until end: Int) -> Set<Int> {
        guard reader.isBoolean else { return [] }
        var (places, isBroken, isDenied) = (Set<Int>(), false, false)
        for place in first.range.upperBound..<max(end, first.range.upperBound) {
            if isBreak(place) { (isBroken, isDenied) = (true, false) }
            if isBroken, isDenial(place) { isDenied = true }
            if isDenied { places.insert(place) }
        }
        return places
    }

    /// Whether a comma comes before a token, or the word begins a clause of its own: `yes it is`.
    func isBreak(_ place: Int) -> Bool {
        tokens[place].gap >= .hard || reader.isBoolean && WordLists.openers.contains(tokens[place].text)
    }

    func words(_ range: Range<Int>) -> String {
        tokens[range].map(\.text).joined(separator: " ")
    }

    /// The word that a phrase is part of.
    private func words(around match: WordPhrases.Match) -> String {
        var (start, end) = (match.range.lowerBound, match.range.upperBound)
        while start > 0, tokens[start].gap <= .joined { start -= 1 }
        while end < tokens.count, tokens[end].gap <= .joined { end += 1 }
        let rest = tokens[start..<end].dropFirst().map { token in
            (token.gap == .none ? "" : token.gap == .joined ? "-" : " ") + token.text
        }
        return tokens[start].text + rest.joined()
    }
}
