/// What may be around a value that is plainly named.
extension WordSentence {
    /// Refuses a denial, a hedge or a word before the value that does not lead to it.
    func checkBefore(_ match: WordPhrases.Match) throws(Unread) {
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
            throw Unread(
                "\"\(tokens[place].text)\" before \"\(words(match.range))\" leaves no plain \(reader.noun)"
            )
        }
    }

    /// Refuses what takes the value back, or makes it part of something else.
    func checkAfter(
        _ match: WordPhrases.Match,
        _ later: [WordPhrases.Match],
        until end: Int
    ) throws(Unread) {
        let again = Dictionary(later.map { ($0.range.lowerBound, $0.range.upperBound) }) { first, _ in first }
        var place = match.range.upperBound
        while place < end, !isBreak(place) {
            if let next = again[place] {
                place = next
            } else if WordLists.followers.contains(tokens[place].text), !isNoOne(place) {
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
            let isOpen =
                WordLists.conditions.contains(word) || word == "or" && isAlternative(place, from: start)
            if isOpen, !isNamed(place) {
                throw Unread("\"\(word)\" after the \(reader.noun) takes part of it back")
            }
            if !reader.isBoolean, isDenial(place) {
                throw Unread("\"\(word)\" after the \(reader.noun) may take it back")
            }
            place += 1
        }
    }

    /// `no one` is no answer, `a positive one` is.
    private func isNoOne(_ place: Int) -> Bool { reader.isBoolean && tokens[place].text == "one" }

    /// `yes, or not`, and not `yes, he or she is`.
    private func isAlternative(_ place: Int, from start: Int) -> Bool {
        place == start || place + 1 >= tokens.count || isNamed(place + 1) || isDenial(place + 1)
            || WordLists.hedges.contains(tokens[place + 1].text)
    }
}
