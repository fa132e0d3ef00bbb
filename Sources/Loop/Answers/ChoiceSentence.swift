import Foundation

/// The first sentence of a clause that names an option: its words, letters and denials.
struct ChoiceSentence {
    /// The sentence.
    let text: String
    /// The sentence up to its explanation (`because …`).
    let answer: String
    /// Whether a full stop with something after it ends the sentence.
    let isEnded: Bool
    /// Whether a whole word or a bracket follows the sentence's beginning, so that a cut text shows a whole
    /// letter.
    let goesOn: Bool
    /// Whether more than white space follows the sentence.
    let isFollowed: Bool

    /// A letter that may name an option.
    struct Mark {
        /// Upper case.
        let letter: String
        /// Whether brackets or the word `option` say that it is one.
        let isBracketed: Bool
    }

    /// The letters in order.
    let letters: [Mark]
    /// The word that denies what the sentence says; nil for none.
    let denial: String?

    init(_ clause: Substring) {
        let clause = Self.narrow(clause)
        var (sentence, isEnding, isEnded) = ("", false, false)
        for character in clause {
            if isEnding, character.isWhitespace {
                isEnded = true
                break
            }
            sentence.append(character)
            isEnding = ".!?".contains(character)
        }
        text = sentence
        self.isEnded = isEnded
        isFollowed = clause.dropFirst(sentence.count).contains { !$0.isWhitespace }
        let words = Self.words(of: sentence)
        let cause = words.first { ["because", "since"].contains($0.text.lowercased()) }
        answer = cause.map { String(sentence[..<$0.start]) } ?? sentence
        let own = words.prefix { word in cause.map { word.start < $0.start } ?? true }
        denial = own.map { $0.text.lowercased().replacing("’", with: "'") }
            .first { Self.denials.contains($0) || $0.hasSuffix("n't") }
        letters = own.indices.compactMap {
            Self.mark(own[$0], after: $0 > 0 ? own[$0 - 1] : nil, in: own, at: $0)
        }
        let trimmed = sentence.drop { !$0.isLetter }
        let afterWord = trimmed.drop { $0.isLetter }
        goesOn =
            sentence.contains(")") || afterWord.contains { $0 == "." }
            || afterWord.drop { !$0.isLetter }.contains { !$0.isLetter }
    }

    /// Full-width letters and brackets, as East Asian texts have them, in their usual width.
    private static func narrow(_ clause: Substring) -> Substring {
        guard clause.unicodeScalars.contains(where: { (0xFF01...0xFF5E).contains($0.value) }) else {
            return clause
        }
        let scalars = clause.unicodeScalars.map { scalar in
            (0xFF01...0xFF5E).contains(scalar.value)
                ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
        }
        return Substring(String(String.UnicodeScalarView(scalars)))
    }

    /// A run of letters, digits and apostrophes and what is right beside it.
    private struct Word {
        let text: Substring
        let start: String.Index
        let before: Character?
        let after: Character?
        let isFirst: Bool
    }

    private static func words(of sentence: String) -> [Word] {
        var words: [Word] = []
        var index = sentence.startIndex
        var before: Character?
        while index < sentence.endIndex {
            let character = sentence[index]
            guard isWord(character) else {
                before = character
                index = sentence.index(after: index)
                continue
            }
            let run = sentence[index...].prefix(while: isWord)
            let after = run.endIndex < sentence.endIndex ? sentence[run.endIndex] : nil
            words.append(
                Word(
                    text: unquoted(run),
                    start: index,
                    before: before,
                    after: after,
                    isFirst: words.isEmpty
                )
            )
            before = run.last
            index = run.endIndex
        }
        return words
    }

    /// `'B'` without its quotes; an apostrophe at one end belongs to the word.
    private static func unquoted(_ run: Substring) -> Substring {
        guard run.count > 2, let first = run.first, let last = run.last,
            ["''", "‘’", "’’"].contains("\(first)\(last)")
        else { return run }
        return run.dropFirst().dropLast()
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "'’‘".contains(character)
    }

    private static func mark(_ word: Word, after last: Word?, in words: ArraySlice<Word>, at place: Int)
        -> Mark?
    {
        guard word.text.utf8.count == 1, let letter = word.text.first, letter.isASCII, letter.isLetter else {
            return nil
        }
        if let before = word.before, "¬~!".contains(before) { return nil }
        let name = letter.uppercased()
        if word.after == ")" { return Mark(letter: name, isBracketed: true) }
        if last?.text.lowercased() == "option" { return Mark(letter: name, isBracketed: true) }
        let isAlone = words.count == 1
        guard letter.isUppercase || isAlone else { return nil }
        if let dash = word.after, "-‐‑'".contains(dash), words.indices.contains(place + 1) { return nil }
        if let dash = word.before, "-‐‑'".contains(dash), !word.isFirst { return nil }
        guard isNamed(by: last, word) else { return nil }
        // `A good friend`, `I think`.
        let next = words.indices.contains(place + 1) ? words[place + 1].text : nil
        if name == "A" || name == "I", word.after == " ", let next, next.first?.isLowercase ?? false,
            !followers.contains(next.lowercased())
        {
            return nil
        }
        return Mark(letter: name, isBracketed: false)
    }

    /// Whether a bare letter is at the beginning, after another letter or separator, or after a word that
    /// leads to one.
    private static func isNamed(by last: Word?, _ word: Word) -> Bool {
        guard let last else { return true }
        if let before = word.before, before != " " { return true }
        return last.text.count == 1 || leaders.contains(last.text.lowercased())
    }

    private static let leaders: Set<String> = [
        "option", "choice", "answer", "letter", "is", "be", "it's", "that's", "the", "clearly", "definitely",
        "probably",
        "likely", "obviously", "therefore", "thus", "so", "hence", "either", "neither", "nor", "or", "and",
        "not", "but",
        "isn't", "than", "both", "to", "think", "choose", "say", "with", "n't",
    ]

    private static let followers: Set<String> = [
        "because", "since", "is", "and", "or", "but", "not", "as", "due", "for", "isn't", "was", "rather",
        "instead",
        "seems", "if", "it", "would", "can", "cannot", "can't", "though", "nor", "to",
    ]

    private static let denials: Set<String> = [
        "not", "neither", "nor", "no", "never", "cannot", "except", "isnt", "nt", "wrong", "incorrect",
        "false",
        "excluding", "without", "unlikely", "or", "either", "anything", "doubt", "doubtful", "opposite", "if",
        "unless",
    ]
}
