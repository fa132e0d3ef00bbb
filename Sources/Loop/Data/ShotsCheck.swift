/// Refuses worked examples that hold a held-out question: every accuracy on it would be a fiction.
public enum ShotsCheck {
    /// Looks for questions in the text of the worked examples, both as `QuestionText.normalised` makes them.
    ///
    /// A question with options counts only where its options are there, too: its text alone may be as common
    /// as "Which one is true?".
    ///
    /// - Parameters:
    ///   - questions: Any questions.
    ///   - shots: The text of the worked examples; empty finds nothing.
    /// - Returns: An error for each question of `gate` or `test` that is in it, a warning for each of `train`
    ///   or `valid`; all name the question's place.
    public static func findings(of questions: [QuestionInput], in shots: String) -> LeakCheck.Findings {
        var findings = LeakCheck.Findings()
        let text = Array(QuestionText.normalised(shots))
        guard !text.isEmpty else { return findings }
        let starts = Dictionary(grouping: text.indices, by: { text[$0] })
        func holds(_ part: String) -> Bool {
            let part = Array(QuestionText.normalised(part))
            guard let first = part.first else { return false }
            return starts[first, default: []].contains { isWhole(part, at: $0, in: text) }
        }
        for question in questions where holds(question.text) && question.choices.allSatisfy(holds) {
            let place =
                "\(question.origin): question \"\(question.text)\" of split \(question.split.rawValue) is also among the "
                + "worked examples (prompt.shots)"
            switch question.split {
            case .gate, .test:
                findings.errors.append(LoopError(.leak, place + "; take it out of one of them"))
            case .train, .valid: findings.warnings.append(place)
            }
        }
        return findings
    }

    /// Whether a part is in a text at a place, and is not the middle of a longer word or number: `3 + 4` is
    /// not in `13 + 4`, `-3 + 4` or `3 + 4.5`.
    private static func isWhole(_ part: [Character], at start: Int, in text: [Character]) -> Bool {
        let end = start + part.count
        guard end <= text.count, text[start..<end].elementsEqual(part) else { return false }
        if start > 0, let first = part.first, isWord(first) {
            let before = text[start - 1]
            if isWord(before) || "-.".contains(before) { return false }
        }
        guard end < text.count, let last = part.last, isWord(last) else { return true }
        if isWord(text[end]) { return false }
        // A full stop or comma is part of a number if a digit follows.
        return !(".,".contains(text[end]) && end + 1 < text.count && text[end + 1].isNumber)
    }

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
