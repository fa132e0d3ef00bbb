import Loop

/// What becomes of questions from outside that are retired in the journal.
enum RetiredCheck {
    /// An error for each new question that is a retired one of another split.
    ///
    /// Rounds were judged by a retired question, or trained on it, and it may be put back: it stays what it
    /// was.
    static func errors(of added: [QuestionInput], against retired: [Question]) -> [any Error] {
        let known = Dictionary(grouping: retired) { QuestionText.key(of: $0.content) }
        return added.compactMap { question in
            let others = known[QuestionText.key(of: question)] ?? []
            return others.first { $0.content.split != question.split }.map {
                error(of: question, against: $0)
            }
        }
    }

    /// The refusal of one question that is retired in another split.
    static func error(of question: QuestionInput, against old: Question) -> LoopError {
        let split = old.content.split
        let past = split == .train ? "rounds may have been trained on it" : "rounds were judged by it"
        return LoopError(
            .leak,
            "\(question.origin): question \"\(question.text)\" is question \(old.id) of split \(split.rawValue), which is "
                + "retired; \(past), so it cannot become a \(question.split.rawValue) question; leave it out, or put it back: "
                + "\"autodidact retire --back \(old.id)\""
        )
    }

    /// One line on questions that are retired and stay so.
    static func warnings(of retired: [(origin: String, question: QuestionID)]) -> [String] {
        guard let first = retired.first else { return [] }
        let others = retired.count > 1 ? " and \(retired.count - 1) more" : ""
        let verb = retired.count > 1 ? "are retired and stay" : "is retired and stays"
        return [
            "question \(first.question) (\(first.origin))\(others) \(verb) out of use; \"autodidact retire --back "
                + "\(first.question)\" puts it back"
        ]
    }

    /// Numbers in a sentence: the first ten, and how many more.
    static func list(_ ids: [QuestionID]) -> String {
        let shown = ids.prefix(10).map { "\($0)" }.joined(separator: ", ")
        return ids.count > 10 ? "\(shown) and \(ids.count - 10) more" : shown
    }
}
