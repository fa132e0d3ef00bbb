import Foundation

/// The form in which two question texts count as the same.
public enum QuestionText {
    /// Unicode NFC, lower case, white space collapsed, punctuation at both ends removed.
    ///
    /// Signs and per cent stay (`-3 + 4` is not `3 + 4`); an empty text stays empty.
    public static func normalised(_ text: String) -> String {
        let words = text.precomposedStringWithCanonicalMapping.lowercased()
            .split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        let isEdge: (Character) -> Bool = { character in
            (character.isPunctuation && !"-%".contains(character)) || character.isWhitespace
        }
        let head = words.drop(while: isEdge)
        let tail = head.reversed().drop(while: isEdge).reversed()
        return String(tail)
    }

    /// The normalised text with the normalised options in any order; what the leak check compares.
    public static func key(of question: QuestionInput) -> String {
        key(of: question.text, choices: question.choices)
    }

    /// The same of a text and options.
    static func key(of text: String, choices: [String]) -> String {
        ([normalised(text)] + choices.map(normalised).sorted()).joined(separator: "\u{1F}")
    }
}
