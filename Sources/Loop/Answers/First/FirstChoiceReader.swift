/// Reads the chosen option of an answer clause as version 0.1.0 did (`Reading.first`).
///
/// Letters count as `(B)`, `B)`, `option B` in either case, and bare as an upper-case `B`; a bare `A`
/// before a lower-case word is an article. Letters in brackets must name an option. Two different
/// letters are no answer. Without any letter, a clause that is exactly one option's text names it.
struct FirstChoiceReader {
    /// The question's options in order.
    let choices: [String]

    /// The option's letter; nil when there is none or more than one.
    func letter(in clause: some StringProtocol) -> String? {
        let scalars = Array(Self.firstSentence(of: clause).unicodeScalars)
        var found: Set<String> = []
        for index in scalars.indices where isStandalone(index, in: scalars) {
            let letter = String(scalars[index]).uppercased()
            let isOption = isOption(letter)
            switch marking(of: index, in: scalars) {
            case .bracket where !isOption: return nil
            case .bracket: found.insert(letter)
            case .bare where isOption: found.insert(letter)
            case .bare, .none: continue
            }
        }
        if found.count == 1 { return found.first }
        return found.isEmpty ? letter(ofText: clause) : nil
    }

    /// The letter of the option whose text this is, ignoring case, white space and end punctuation.
    func letter(ofText text: some StringProtocol) -> String? {
        let wanted = QuestionText.normalised(String(text))
        let matches = choices.indices.filter { QuestionText.normalised(choices[$0]) == wanted }
        guard !wanted.isEmpty, matches.count == 1 else { return nil }
        return ChoiceReader.letter(of: matches[0])
    }

    private enum Marking {
        case bracket
        case bare
        case none
    }

    private func marking(of index: Int, in scalars: [Unicode.Scalar]) -> Marking {
        if index + 1 < scalars.count, scalars[index + 1] == ")" { return .bracket }
        let before = String(String.UnicodeScalarView(scalars[..<index])).lowercased()
        if before.hasSuffix("option ") { return .bracket }
        guard scalars[index].properties.isUppercase else { return .none }
        let isArticle =
            scalars[index] == "A" && index + 2 < scalars.count && scalars[index + 1] == " "
            && scalars[index + 2].properties.isLowercase
        return isArticle ? .none : .bare
    }

    private func isStandalone(_ index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        let scalar = scalars[index]
        guard ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) else { return false }
        return [index - 1, index + 1].allSatisfy {
            !scalars.indices.contains($0)
                || !(scalars[$0].properties.isAlphabetic || scalars[$0].properties.numericType != nil
                    || scalars[$0] == "'")
        }
    }

    private func isOption(_ letter: String) -> Bool {
        choices.indices.contains { ChoiceReader.letter(of: $0) == letter }
    }

    private static func firstSentence(of clause: some StringProtocol) -> String {
        var sentence = ""
        var isEnding = false
        for character in clause {
            if isEnding, character.isWhitespace { break }
            sentence.append(character)
            isEnding = ".!?".contains(character)
        }
        return sentence
    }
}
