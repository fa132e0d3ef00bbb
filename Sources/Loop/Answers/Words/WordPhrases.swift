/// Phrases to look for in a `WordText`, each with what it stands for.
struct WordPhrases {
    /// A phrase that a text holds.
    struct Match {
        /// What it stands for.
        let value: String
        /// The phrase's place among the text's tokens.
        let range: Range<Int>
        /// Whether it is only part of a longer word: `positive` in `non-positive`.
        let isPart: Bool
    }

    private struct Phrase {
        let tokens: [WordText.Token]
        let value: String
    }

    /// By their first word, the longest first.
    private let phrases: [String: [Phrase]]

    /// Prepares phrases; one without a word or sign is never found.
    init(_ texts: [(text: String, value: String)]) {
        let phrases = texts.map { Phrase(tokens: WordText($0.text).tokens, value: $0.value) }
            .filter { !$0.tokens.isEmpty }
        self.phrases = Dictionary(grouping: phrases) { $0.tokens[0].text }
            .mapValues { list in
                list.enumerated().sorted { left, right in
                    (right.element.tokens.count, left.offset) < (left.element.tokens.count, right.offset)
                }.map(\.element)
            }
    }

    /// The phrases of a text from left to right, the longest at each place.
    func matches(in tokens: [WordText.Token]) -> [Match] {
        var found: [Match] = []
        var place = 0
        while place < tokens.count {
            guard
                let phrase = phrases[tokens[place].text, default: []].first(where: {
                    Self.begins($0, at: place, in: tokens)
                })
            else {
                place += 1
                continue
            }
            let end = place + phrase.tokens.count
            let isPart =
                place > 0 && tokens[place].gap <= .joined
                || end < tokens.count && tokens[end].gap <= .joined
            found.append(Match(value: phrase.value, range: place..<end, isPart: isPart))
            place = end
        }
        return found
    }

    /// Whether a word that is cut may be the beginning of a phrase.
    func mayBegin(with word: String) -> Bool { phrases.keys.contains { $0.hasPrefix(word) } }

    /// Whether a text that ends here may be going on to a longer phrase than the one found.
    func mayGoOn(_ match: Match, in tokens: [WordText.Token]) -> Bool {
        let rest = tokens[match.range.lowerBound...].map(\.text)
        return phrases[rest[0], default: []].contains { phrase in
            phrase.tokens.count > match.range.count && phrase.tokens.count >= rest.count
                && zip(rest.dropLast(), phrase.tokens).allSatisfy { $0 == $1.text }
                && phrase.tokens[rest.count - 1].text.hasPrefix(rest[rest.count - 1])
        }
    }

    /// Words of a phrase may be parted by less than in the phrase itself: `half-true` is `half true`.
    private static func begins(_ phrase: Phrase, at place: Int, in tokens: [WordText.Token]) -> Bool {
        guard place + phrase.tokens.count <= tokens.count else { return false }
        return phrase.tokens.indices.allSatisfy { index in
            let (wanted, found) = (phrase.tokens[index], tokens[place + index])
            return found.text == wanted.text && (index == 0 || found.gap <= max(wanted.gap, .space))
        }
    }

    /// The form in which two phrases are the same.
    static func key(_ text: String) -> [String] { WordText(text).tokens.map(\.text) }
}
