/// Refuses questions that are in two splits: a leaked question makes every accuracy a fiction.
public enum LeakCheck {
    /// What comparing questions has found.
    public struct Findings: Sendable {
        /// A question or a variant in two splits (`leak`), or a question repeated in `train` (`invalidData`);
        /// each names the two origins.
        public var errors: [LoopError] = []
        /// A question repeated within `valid`, `gate` or `test`.
        public var warnings: [String] = []
    }

    /// Compares all questions by `QuestionText.key`.
    ///
    /// - Parameter questions: The questions of every split.
    /// - Returns: One line per question repeated within `valid`, `gate` or `test`.
    /// - Throws: `LoopError` `leak` for a question in two splits, `invalidData` for one repeated in
    ///   `train`; both name the two origins.
    public static func check(_ questions: [QuestionInput]) throws -> [String] {
        let findings = findings(in: questions)
        if let error = findings.errors.first { throw error }
        return findings.warnings
    }

    /// Compares all questions by `QuestionText.key` and continues after an error.
    ///
    /// - Parameters:
    ///   - questions: The questions of every split.
    ///   - start: Questions before this place are compared with, and not reported.
    /// - Returns: Everything found, in order.
    public static func findings(in questions: [QuestionInput], from start: Int = 0) -> Findings {
        var first: [String: QuestionInput] = [:]
        var findings = Findings()
        for (place, question) in questions.enumerated() {
            let key = QuestionText.key(of: question)
            guard let other = first[key] else {
                first[key] = question
                continue
            }
            guard place >= start else { continue }
            if other.split != question.split {
                let message =
                    "\(question.origin): question \"\(question.text)\" of split \(question.split.rawValue) "
                    + "is also in split \(other.split.rawValue) (\(other.origin)); remove one of them"
                findings.errors.append(LoopError(.leak, message))
            } else if question.split == .train {
                let message =
                    "\(question.origin): train question \"\(question.text)\" repeats \(other.origin); remove one "
                    + "of them"
                findings.errors.append(LoopError(.invalidData, message))
            } else {
                findings.warnings.append(
                    "\(question.origin): \(question.split.rawValue) question \"\(question.text)\" repeats "
                        + other.origin
                )
            }
        }
        findings.errors += VariantCheck.leaks(in: questions, from: start)
        return findings
    }
}
