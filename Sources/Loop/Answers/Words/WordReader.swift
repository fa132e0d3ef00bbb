/// Reads the one value that a text plainly names in words, for the kinds `boolean` and `label`.
///
/// The first sentence counts, up to its explanation (`because …`). A value is plain at the beginning, after a
/// comma or colon, or after a word that leads to it (`is`, `as`, `label` …), and before the end, a comma, an
/// explanation or a word such as `sentiment`. Two values, a denial, a question or a hedge are no answer.
struct WordReader {
    /// The words of each value.
    let phrases: WordPhrases
    /// What a value is called in reasons: `label`.
    let noun: String
    /// Whether there are two values, each the other's opposite: `No, it is not true` says one thing twice.
    let isBoolean: Bool
    /// What people call a value, where that is not the value itself.
    let names: [String: String]

    /// What people call a value.
    func name(_ value: String) -> String { names[value] ?? value }

    /// The value, or why there is none.
    func read(_ clause: Substring, as source: NumberReader.Source) -> AnswerReading {
        do throws(Unread) {
            let text = WordText(clause)
            switch source {
            case .reference: return .answer(Answer(canonical: try alone(in: text)))
            case .clause: return .answer(Answer(canonical: try WordSentence(text, self).value().value))
            case .cut:
                return .answer(Answer(canonical: try whole(in: text, isMidWord: Self.endsInWord(clause))))
            }
        } catch {
            return .none(error.reason)
        }
    }

    /// A reference: the value's words and nothing else.
    private func alone(in text: WordText) throws(Unread) -> String {
        guard !text.tokens.isEmpty else { throw Unread("it holds no \(noun)") }
        guard text.tail != .asked else { throw Unread("the \(noun) is asked about, not named") }
        let matches = phrases.matches(in: text.tokens)
        guard let match = matches.first else { throw Unread("it names no \(noun) that there is") }
        let others = matches.map(\.value).filter { $0 != match.value }
        if let other = others.first {
            throw Unread("more than one \(noun) is given, \(name(match.value)) and \(name(other))")
        }
        guard match.range == text.tokens.indices, matches.count == 1 else {
            let beside = text.tokens.indices.first { !match.range.contains($0) }
            throw Unread("\"\(text.tokens[beside ?? 0].text)\" is beside the \(noun); give the \(noun) alone")
        }
        return match.value
    }

    /// A cut text: the value if more follows it, and the last word, which may be half of one, changes nothing.
    private func whole(in text: WordText, isMidWord: Bool) throws(Unread) -> String {
        let sentence = WordSentence(text, self)
        if sentence.isEnded { return try sentence.value().value }
        var certain = text
        if isMidWord, let last = certain.tokens.popLast() {
            // `positive, nega`
            if phrases.mayBegin(with: last.text) { throw .cutOff }
            certain.tail = last.gap
        }
        let found: (value: String, match: WordPhrases.Match)
        do throws(Unread) {
            found = try WordSentence(certain, self).value()
            // What a cut sentence was to be, nobody knows.
            guard try sentence.value().value == found.value else { throw .cutOff }
        } catch {
            throw .cutOff
        }
        let end = found.match.range.upperBound
        let isFollowed = end < certain.tokens.count || certain.tail >= .hard
        guard isFollowed, !phrases.mayGoOn(found.match, in: text.tokens) else { throw .cutOff }
        return found.value
    }

    private static func endsInWord(_ clause: Substring) -> Bool {
        clause.unicodeScalars.last { !$0.properties.isDefaultIgnorableCodePoint }.map(WordText.isWord)
            ?? false
    }
}
