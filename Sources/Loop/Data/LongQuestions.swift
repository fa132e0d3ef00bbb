/// Questions that are longer than the model takes, though the journal holds them: from before this was
/// checked, or from before a setting was changed.
struct LongQuestions: Sendable {
    /// The tokens of their prompts.
    private(set) var counts: [QuestionID: Int] = [:]
    private var origins: [(id: QuestionID, origin: String)] = []

    /// Looks through questions.
    ///
    /// - Parameters:
    ///   - questions: In order.
    ///   - excess: The tokens of a question that is too long; nil for one that fits.
    init(_ questions: [Question], _ excess: ((QuestionInput) -> Int?)?) {
        guard let excess else { return }
        for question in questions {
            guard let count = excess(question.content) else { continue }
            counts[question.id] = count
            origins.append((question.id, question.content.origin))
        }
    }

    /// Whether all fit.
    var isEmpty: Bool { counts.isEmpty }

    /// Which they are and what to do, in words.
    var sentence: String {
        let names = origins.prefix(5).map { id, origin in
            "\(id) (\(origin), \(Plain.count(counts[id] ?? 0)) tokens)"
        }
        let more = origins.count > 5 ? " and \(Plain.count(origins.count - 5)) more" : ""
        let noun = origins.count == 1 ? "question is" : "questions are"
        return
            "\(Plain.count(origins.count)) \(noun) longer than the model takes with generate.maxNewTokens: "
            + names.joined(separator: ", ") + more + "; retire them, or lower generate.maxNewTokens"
    }
}

extension [GeneratedText] {
    /// The texts with empty ones, as if cut before the first token, for questions that were not asked.
    func filling(_ questions: [QuestionID], count: Int) -> [GeneratedText] {
        let written = Dictionary(grouping: self, by: \.question)
        return questions.flatMap { question in
            written[question]
                ?? (0..<count).map { index in
                    GeneratedText(
                        question: question,
                        index: index,
                        text: "",
                        tokenCount: 0,
                        meanLogProbability: 0,
                        finish: .length
                    )
                }
        }
    }
}
