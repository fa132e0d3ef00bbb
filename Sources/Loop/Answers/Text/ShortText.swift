import Foundation

/// The form in which two short texts are the same.
enum ShortText {
    /// What says that there is no answer, in that form.
    static let abstentions: Set<String> = [
        "i dont know", "i do not know", "dont know", "do not know", "idk", "i am not sure", "im not sure",
        "not sure", "i cannot say", "i cant say",
    ]

    /// The words of a text: Unicode NFKC, lower case, without English articles and punctuation.
    ///
    /// Signs stay with their word (`c++`, `$5`, `-3`), and so do points and colons between digits; an
    /// apostrophe or point within a word is left out (`U.S.` is `us`), every other mark parts words.
    static func words(of text: some StringProtocol) -> [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        let scalars = WordText.composed(text)
        var place = 0
        while place < scalars.count {
            switch part(at: place, in: scalars) {
            case .kept: word.append(spelling(of: scalars[place]))
            case .dropped: break
            case .gap(let length):
                if !word.isEmpty { words.append(String(word)) }
                word.removeAll()
                place += length - 1
            }
            place += 1
        }
        if !word.isEmpty { words.append(String(word)) }
        return withoutArticles(words).map { $0.lowercased() }
    }

    /// One spelling for each slash and minus.
    private static func spelling(of scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "⁄": "/"
        case "−": "-"
        default: scalar
        }
    }

    private enum Part {
        case kept
        case dropped
        /// So many scalars part two words.
        case gap(Int)
    }

    private static func part(at place: Int, in scalars: [Unicode.Scalar]) -> Part {
        let scalar = scalars[place]
        if WordText.isWord(scalar) { return .kept }
        let before = place > 0 ? scalars[place - 1] : nil
        let after = place + 1 < scalars.count ? scalars[place + 1] : nil
        let isInner = before.map(WordText.isWord) ?? false && after.map(WordText.isWord) ?? false
        let isInNumber = isDigit(before) && isDigit(after)
        if isInner, WordText.isApostrophe(scalar) { return .dropped }
        if scalar == "\\" { return command(at: place, in: scalars) }
        switch scalar {
        case ".": return isInNumber ? .kept : isInner ? .dropped : .gap(1)
        case ",": return isInNumber ? groupsThousands(place, in: scalars) ? .dropped : .kept : .gap(1)
        case ":", "/", "⁄": return isInNumber ? .kept : .gap(1)
        case "$", "-", "−":
            return isDigit(after) && !(before.map(WordText.isWord) ?? false) ? .kept : .gap(1)
        case "`", "|", "~", "^", "*", "_": return .gap(1)
        default: return isSign(scalar) ? .kept : .gap(1)
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar?) -> Bool {
        scalar?.properties.generalCategory == .decimalNumber
    }

    private static func isSign(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .mathSymbol, .currencySymbol, .otherSymbol: true
        default: "#%&@".unicodeScalars.contains(scalar)
        }
    }

    /// A command that only changes how a text looks is left out with its name.
    private static func command(at place: Int, in scalars: [Unicode.Scalar]) -> Part {
        let name = scalars[(place + 1)...].prefix(12).prefix { $0.isASCII && $0.properties.isAlphabetic }
        return .gap(WordText.dress.contains(String(String.UnicodeScalarView(name))) ? name.count + 1 : 1)
    }

    /// A comma with exactly three digits after it.
    private static func groupsThousands(_ place: Int, in scalars: [Unicode.Scalar]) -> Bool {
        let digits = scalars[(place + 1)...].prefix { isDigit($0) }
        return digits.count == 3
    }

    /// Without `a`, `an` and `the` before another word; a capital A in the middle is a name (`vitamin A`).
    private static func withoutArticles(_ words: [String]) -> [String] {
        let kept = words.indices.filter { place in
            guard place + 1 < words.count, ["a", "an", "the"].contains(words[place].lowercased()) else {
                return true
            }
            return words[place] == "A" && place > 0
        }
        return kept.map { words[$0] }
    }
}
