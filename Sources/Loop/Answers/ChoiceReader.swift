import Foundation

/// Reads the option that an answer clause plainly names, for profile `strict`.
///
/// An option is named by its own text, exactly first, then without regard to case, white space and end
/// punctuation, or by its letter: `(B)`, `B)`, `option B`, and bare `B` at the clause's beginning or after a
/// word such as `is`. Two letters, a denial, or a letter and the text of another option are no answer.
struct ChoiceReader {
    /// The question's options in order.
    let choices: [String]

    /// The upper-case letter of an option; nil past the twenty-sixth.
    static func letter(of index: Int) -> String? {
        guard (0..<26).contains(index) else { return nil }
        return String(Unicode.Scalar(UInt8(65 + index)))
    }

    /// An option's text as it is compared first: composed, white space collapsed.
    static func exact(_ text: some StringProtocol) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            .precomposedStringWithCanonicalMapping
    }

    /// The option's letter, or why there is none.
    func read(_ clause: Substring, as source: NumberReader.Source) -> AnswerReading {
        do throws(Unread) {
            let letter = try letter(in: clause, as: source)
            return .answer(Answer(canonical: letter))
        } catch {
            return .none(error.reason)
        }
    }

    private func letter(in clause: Substring, as source: NumberReader.Source) throws(Unread) -> String {
        let sentence = ChoiceSentence(clause)
        if source == .cut, !sentence.isEnded, !sentence.goesOn { throw .cutOff }
        let whole = Self.trimmed(clause)
        let texts = [whole, Self.trimmed(sentence.text[...]), Self.trimmed(sentence.answer[...])]
        for text in texts where !text.isEmpty && !Self.isBracketedLetter(text) {
            guard let option = try option(withText: text) else { continue }
            // A text may go on where it was cut; punctuation shows that it did not.
            if source == .cut, !sentence.isEnded, text == whole, clause.last?.isPunctuation != true {
                throw .cutOff
            }
            return try checked(option, against: text)
        }
        for text in texts {
            // `(B) a cat`, where the text may hold letters and denials of its own.
            guard let (letter, rest) = Self.separated(text) ?? Self.separatedBehind(text), isOption(letter),
                let other = try option(withText: rest)
            else { continue }
            guard other == letter else {
                throw Unread("the letter is \(letter)'s and the text is \(other)'s")
            }
            return letter
        }
        if source == .reference, sentence.isFollowed {
            throw Unread("more follows the first sentence")
        }
        return try named(in: sentence)
    }

    /// `(B)`, `B)`: a letter and never a text.
    private static func isBracketedLetter(_ text: String) -> Bool {
        text.hasSuffix(")") && text.count <= 3 && text.count(where: \.isLetter) == 1
    }

    /// The option that a letter names.
    private func named(in sentence: ChoiceSentence) throws(Unread) -> String {
        var found: [String] = []
        for mark in sentence.letters where mark.isBracketed || isOption(mark.letter) {
            guard isOption(mark.letter) else {
                throw Unread("\(mark.letter) is none of the question's options")
            }
            if !found.contains(mark.letter) { found.append(mark.letter) }
        }
        guard let letter = found.first else { throw .noOption }
        guard found.count == 1 else {
            throw Unread("more than one option is given, \(found.joined(separator: " and "))")
        }
        if sentence.text.hasSuffix("?") { throw Unread("the option is asked about, not named") }
        if let denial = sentence.denial { throw Unread("\"\(denial)\" is said of the option") }
        if let other = otherOption(in: sentence.answer, than: letter) {
            throw Unread("the letter is \(letter)'s and the text is \(other)'s")
        }
        return letter
    }

    /// An option whose text is in a sentence that names another one by its letter, and not by its own text, too.
    private func otherOption(in sentence: String, than letter: String) -> String? {
        let phrases = choices.indices.compactMap { place -> (letter: String, words: String)? in
            let words = Self.words(of: choices[place])
            guard let letter = Self.letter(of: place), !words.isEmpty else { return nil }
            return (letter, " \(words) ")
        }
        let said = " \(Self.words(of: sentence)) "
        let others = phrases.filter { $0.letter != letter && $0.words != " \(letter.lowercased()) " }
        if let own = phrases.first(where: { $0.letter == letter })?.words {
            // `New York` does not say `York`.
            var rest = said
            for other in others where other.words.contains(own) {
                rest = rest.replacingOccurrences(of: other.words, with: "  ")
            }
            if rest.contains(own) { return nil }
        }
        return others.first { said.contains($0.words) }?.letter
    }

    /// Lower-case words with one space between them.
    private static func words(of text: String) -> String {
        QuestionText.normalised(text).split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }

    /// An option's letter, unless the text is the letter of another option.
    private func checked(_ option: String, against text: String) throws(Unread) -> String {
        guard text.count == 1, isOption(text.uppercased()), text.uppercased() != option else { return option }
        throw Unread("\"\(text)\" is the letter of one option and the text of another, \(option)")
    }

    /// The letter of the option whose text this is; nil for none.
    private func option(withText text: String) throws(Unread) -> String? {
        let wanted = Self.exact(text)
        let exact = choices.indices.filter { Self.exact(choices[$0]) == wanted }
        if exact.count == 1 { return Self.letter(of: exact[0]) }
        let key = QuestionText.normalised(text)
        let matches = choices.indices.filter { QuestionText.normalised(choices[$0]) == key }
        guard !key.isEmpty, let first = matches.first else { return nil }
        guard matches.count == 1 else { throw Unread("the text of more than one option is given") }
        return Self.letter(of: first)
    }

    private func isOption(_ letter: String) -> Bool {
        choices.indices.contains { Self.letter(of: $0) == letter }
    }

    /// Without outer white space, marks and end punctuation.
    private static func trimmed(_ text: Substring) -> String {
        let isEdge: (Character) -> Bool = { $0.isWhitespace || ".!,;:*_`\"“”$".contains($0) }
        let head = text.drop(while: isEdge)
        return String(String(head.reversed().drop(while: isEdge).reversed()))
    }

    /// What follows a letter and its separator, as in `(B) a cat`, `B. a cat`; nil where no letter leads.
    private static func separated(_ text: String) -> (letter: String, rest: String)? {
        var rest = text[...]
        if rest.lowercased().hasPrefix("option ") { rest = rest.dropFirst(7) }
        let isOpen = rest.first == "("
        if isOpen { rest = rest.dropFirst() }
        guard let letter = rest.first, letter.isASCII, letter.isLetter else { return nil }
        rest = rest.dropFirst()
        guard let separator = rest.first, ").:".contains(separator) || isOpen else { return nil }
        return (letter.uppercased(), trimmed(rest.dropFirst()))
    }

    /// What comes before a letter in brackets, as in `a cat (B)`; nil where the text does not end in one.
    private static func separatedBehind(_ text: String) -> (letter: String, rest: String)? {
        let end = text.suffix(3)
        guard end.count == 3, end.first == "(", end.last == ")", let letter = end.dropFirst().first,
            letter.isASCII, letter.isUppercase
        else { return nil }
        return (String(letter), trimmed(text.dropLast(3)))
    }
}

extension Unread {
    static let noOption = Unread("what follows the answer cue names no single option")
}
