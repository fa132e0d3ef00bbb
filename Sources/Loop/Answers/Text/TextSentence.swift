/// The first sentence of a text: where it ends, and where its explanation begins.
struct TextSentence {
    /// The sentence without its explanation.
    let answer: String
    /// Whether `because` follows the answer.
    let hasCause: Bool
    /// Whether more than white space follows the sentence.
    let isFollowed: Bool
    /// Whether it ends in a question mark.
    let isAsked: Bool

    /// Reads a text; linear in its length.
    init(_ text: Substring) {
        let characters = Array(text.drop(while: \.isWhitespace))
        var end = 0
        while end < characters.count, !Self.ends(at: end, in: characters) { end += 1 }
        let marks = characters[end...].prefix { ".!?。؟…\"”'’)*_`".contains($0) }
        isAsked = marks.contains { "?؟".contains($0) }
        isFollowed = characters[(end + marks.count)...].contains { !$0.isWhitespace }
        let sentence = characters[..<end]
        let cause = Self.cause(in: sentence)
        hasCause = cause != nil
        answer = String(sentence[..<(cause ?? end)])
    }

    /// Whether a sentence ends before a character: at a line's end, at a mark with white space or nothing
    /// after it, and not at the point of an abbreviation.
    private static func ends(at place: Int, in characters: [Character]) -> Bool {
        let character = characters[place]
        if character.isNewline || "。？！".contains(character) { return true }
        guard ".!?؟…".contains(character) else { return false }
        let rest = characters[(place + 1)...].drop { ".!?…\"”'’)*_`".contains($0) }
        guard let next = rest.first else { return true }
        let word = rest.drop(while: \.isWhitespace).prefix { $0.isLetter || $0 == "'" || $0 == "’" }
        let isStarter = starters.contains(String(word).lowercased()) && word.first?.isUppercase == true
        guard next.isWhitespace else { return character == "." && isStarter }
        if character != "." || isStarter || next.isNewline { return true }
        let isNumbered = rest.drop(while: \.isWhitespace).first?.isNumber == true
        return !isAbbreviation(before: place, isNumbered: isNumbered, in: characters)
    }

    /// Whether a point ends `Dr`, `No` before a number, an initial (`J. K. Rowling`) or a row of them
    /// (`U.S.`).
    private static func isAbbreviation(before place: Int, isNumbered: Bool, in characters: [Character])
        -> Bool
    {
        let start = characters[..<place].lastIndex(where: \.isWhitespace).map { $0 + 1 } ?? 0
        let word = characters[start..<place].drop { !$0.isLetter && !$0.isNumber }
        guard let first = word.first else { return false }
        if word.count == 1, first.isUppercase {
            let before = characters[..<start].last { !$0.isWhitespace }
            let beforeStart =
                characters[..<max(start - 1, 0)].lastIndex(where: \.isWhitespace).map { $0 + 1 } ?? 0
            return before == nil || characters[beforeStart].isUppercase
        }
        if word.contains("."), word.allSatisfy({ $0.isLetter || $0 == "." }) { return true }
        let name = String(word).lowercased()
        return abbreviations.contains(name) || isNumbered && name == "no"
    }

    /// Where `because` begins, if anything comes before it.
    private static func cause(in sentence: ArraySlice<Character>) -> Int? {
        var place = 0
        while place < sentence.count {
            guard sentence[place].isLetter else {
                place += 1
                continue
            }
            let word = sentence[place...].prefix(while: \.isLetter)
            if word.count == 7, String(word).lowercased() == "because",
                sentence[..<place].contains(where: { $0.isLetter || $0.isNumber })
            {
                return place
            }
            place += word.count
        }
        return nil
    }

    private static let starters: Set<String> = [
        "it", "its", "it's", "it’s", "the", "this", "that", "these", "those", "he", "she", "they", "we",
        "you",
        "i", "in", "so", "because", "there", "here", "therefore", "thus", "however", "but", "and", "if",
        "when",
        "as", "since", "let", "note", "for", "hence",
    ]

    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "st", "mt", "ft", "prof", "gen", "col", "sgt", "capt", "lt", "rev", "hon",
        "vs", "jr", "sr", "vol", "ave", "gov", "sen", "rep",
    ]
}
