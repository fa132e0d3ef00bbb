import Foundation

/// A question's words and signs without what people write differently: form of letters (NFKC), case, white
/// space, zero-width characters, punctuation.
///
/// Signs of mathematics and brackets stay, and so does punctuation inside a number: `3 - 4` is not `3 + 4`,
/// `3.5` is not `35`. Two texts that `QuestionText.normalised` makes equal have equal tokens.
struct QuestionTokens {
    /// Those of the question's text.
    let text: [String]
    /// Those of each option.
    let options: [[String]]

    init(_ draft: QuestionDraft) {
        text = Self.tokens(draft.text)
        options = draft.choices.map(Self.tokens)
    }

    /// The tokens of a text.
    static func tokens(_ text: String) -> [String] {
        let visible = text.unicodeScalars.filter { $0.properties.generalCategory != .format }
        let plain = String(String.UnicodeScalarView(visible)).precomposedStringWithCompatibilityMapping
        let scalars = Array(QuestionText.normalised(plain).unicodeScalars)
        var tokens: [String] = []
        var word = String.UnicodeScalarView()
        func isWord(_ place: Int) -> Bool {
            guard scalars.indices.contains(place) else { return false }
            let properties = scalars[place].properties
            return properties.isAlphabetic || properties.numericType != nil
                || properties.generalCategory == .nonspacingMark || scalars[place] == "_"
        }
        func isDigit(_ place: Int) -> Bool {
            scalars.indices.contains(place) && scalars[place].properties.numericType != nil
        }
        for (place, scalar) in scalars.enumerated() {
            let isInside = isDigit(place - 1) && isDigit(place + 1) && ".,:".unicodeScalars.contains(scalar)
            // Word's apostrophe and the typewriter's are the same, and none at all.
            let isApostrophe =
                (scalar == "'" || scalar == "\u{2019}") && isWord(place - 1) && isWord(place + 1)
            if isApostrophe { continue }
            if isWord(place) || isInside {
                word.append(scalar)
                continue
            }
            if !word.isEmpty {
                tokens.append(String(word))
                word = String.UnicodeScalarView()
            }
            if isSign(scalar, before: isWord(place - 1) && !isDigit(place - 1), after: isWord(place + 1)) {
                tokens.append(String(Character(scalar)))
            }
        }
        if !word.isEmpty { tokens.append(String(word)) }
        return tokens
    }

    /// What exact duplicates share: the tokens of the text and of the options in any order.
    var key: String {
        let options = options.map { $0.joined(separator: " ") }.sorted()
        return ([text.joined(separator: " ")] + options).joined(separator: "\u{1F}")
    }

    /// Whether a character that is in no word changes the meaning; a dash between letters does not.
    private static func isSign(_ scalar: Unicode.Scalar, before: Bool, after: Bool) -> Bool {
        switch scalar.properties.generalCategory {
        case .mathSymbol, .openPunctuation, .closePunctuation, .modifierSymbol: true
        case .dashPunctuation: !(before && after)
        default: "*/\\%^|&!#<>=~@".unicodeScalars.contains(scalar) && !(scalar == "!" && before)
        }
    }
}
