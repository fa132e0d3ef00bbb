/// The first sentence of a text, and the value that it plainly names.
struct WordSentence {
    /// Whether the sentence ends within the text, and more follows.
    let isEnded: Bool

    private let tokens: [WordText.Token]
    /// What follows the last token.
    private let tail: WordText.Gap
    /// Phrases in the sentence, those that are part of longer words left out.
    private let matches: [WordPhrases.Match]
    private let part: WordPhrases.Match?
    private let reader: WordReader

    init(_ text: WordText, _ reader: WordReader) {
        self.reader = reader
        let all = reader.phrases.matches(in: text.tokens)
        let within = Set(all.filter { !$0.isPart }.flatMap { $0.range.dropFirst() })
        let end = text.tokens.indices.dropFirst().first {
            text.tokens[$0].gap >= .ended && !within.contains($0)
        }
        isEnded = end != nil
        tokens = Array(text.tokens[..<(end ?? text.tokens.count)])
        tail = end.map { text.tokens[$0].gap } ?? text.tail
        let own = all.filter { $0.range.upperBound <= tokens.count }
        matches = own.filter { !$0.isPart }
        part = own.first { $0.isPart }
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
        for match in later where match.value != first.value && !isDenied(match, after: first) {
            let names = "\(reader.name(first.value)) and \(reader.name(match.value))"
            throw Unread("more than one \(reader.noun) is given, \(names)")
        }
        for match in later where match.value == first.value && isDenied(match, after: first) {
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

    private func isNamed(_ place: Int) -> Bool { matches.contains { $0.range.contains(place) } }

    private func isDenial(_ place: Int) -> Bool {
        !isNamed(place) && (tokens[place].isDenial || WordLists.denials.contains(tokens[place].text))
    }

    /// `No, it is not true`: a value after a comma that is denied there.
    private func isDenied(_ match: WordPhrases.Match, after first: WordPhrases.Match) -> Bool {
        guard reader.isBoolean else { return false }
        let between = first.range.upperBound..<match.range.lowerBound
        guard let start = (first.range.upperBound...match.range.lowerBound).last(where: { isBreak($0) }) else {
            return false
        }
        return between.contains { $0 >= start && isDenial($0) }
    }

    /// Whether a comma comes before a token, or the word begins a clause of its own: `yes it is`.
    private func isBreak(_ place: Int) -> Bool {
        tokens[place].gap >= .hard || reader.isBoolean && WordLists.openers.contains(tokens[place].text)
    }

    private func checkBefore(_ match: WordPhrases.Match) throws(Unread) {
        let start = match.range.lowerBound
        for place in 0..<start {
            if isDenial(place) { throw Unread("\"\(tokens[place].text)\" is said of the \(reader.noun)") }
            if WordLists.hedges.contains(tokens[place].text) {
                throw Unread("\"\(tokens[place].text)\" before the \(reader.noun) leaves it open")
            }
        }
        var place = start - 1
        while place >= 0, tokens[place + 1].gap <= .space, WordLists.softeners.contains(tokens[place].text) {
            place -= 1
        }
        guard place >= 0, tokens[place + 1].gap <= .space else { return }
        guard WordLists.leaders.contains(tokens[place].text) else {
            throw Unread("\"\(tokens[place].text)\" before \"\(words(match.range))\" leaves no plain \(reader.noun)")
        }
    }

    private func checkAfter(
        _ match: WordPhrases.Match,
        _ later: [WordPhrases.Match],
        until end: Int
    ) throws(Unread) {
        var place = match.range.upperBound
        while place < end, !isBreak(place) {
            if let again = later.first(where: { $0.range.lowerBound == place }) {
                place = again.range.upperBound
            } else if WordLists.followers.contains(tokens[place].text) {
                place += 1
            } else {
                throw Unread(
                    "\"\(tokens[place].text)\" after \"\(words(match.range))\" leaves no plain \(reader.noun)"
                )
            }
        }
        let start = place
        while place < end {
            let word = tokens[place].text
            let isOpen = WordLists.conditions.contains(word) || word == "or" && isAlternative(place, from: start)
            if isOpen, !isNamed(place) {
                throw Unread("\"\(word)\" after the \(reader.noun) takes part of it back")
            }
            if !reader.isBoolean, isDenial(place) {
                throw Unread("\"\(word)\" after the \(reader.noun) may take it back")
            }
            place += 1
        }
    }

    /// `yes, or not`, and not `yes, he or she is`.
    private func isAlternative(_ place: Int, from start: Int) -> Bool {
        place == start || place + 1 >= tokens.count || isNamed(place + 1) || isDenial(place + 1)
            || WordLists.hedges.contains(tokens[place + 1].text)
    }

    private func words(_ range: Range<Int>) -> String {
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
