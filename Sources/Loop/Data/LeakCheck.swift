/// Refuses questions that stand in two splits: a leaked question makes every accuracy a fiction.
public enum LeakCheck {
    /// Compares all questions by `QuestionText.key`.
    ///
    /// - Parameter questions: The questions of every split.
    /// - Returns: One line per question repeated within `valid`, `gate` or `test`.
    /// - Throws: `LoopError` `leak` for a question in two splits, `invalidData` for one repeated in
    ///   `train`; both name the two origins.
    public static func check(_ questions: [QuestionInput]) throws -> [String] {
        var first: [String: QuestionInput] = [:]
        var warnings: [String] = []
        for question in questions {
            let key = QuestionText.key(of: question)
            guard let other = first[key] else {
                first[key] = question
                continue
            }
            if other.split != question.split {
                throw LoopError(
                    .leak,
                    "\(question.origin): question \"\(question.text)\" of split \(question.split.rawValue) also "
                        + "stands in split \(other.split.rawValue) (\(other.origin)); remove one of them"
                )
            }
            if question.split == .train {
                throw LoopError(
                    .invalidData,
                    "\(question.origin): train question \"\(question.text)\" repeats \(other.origin); remove one "
                        + "of them"
                )
            }
            warnings.append(
                "\(question.origin): \(question.split.rawValue) question \"\(question.text)\" repeats "
                    + other.origin
            )
        }
        return warnings
    }
}
