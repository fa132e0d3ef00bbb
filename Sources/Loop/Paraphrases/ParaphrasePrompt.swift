/// What a model is asked to put a question into other words, and how its reply is read.
enum ParaphrasePrompt {
    /// The words before the question.
    static let opening =
        "Write the following question in other words. Keep every name, number and condition, and do not answer it. "
        + "Reply with the new question alone. Question: "
    /// The words after it.
    static let ending = " The same question in other words:"

    /// The request; what the question says of itself is left alone.
    static func text(for question: QuestionInput) -> PromptText {
        PromptText(format: opening) + PromptText(content: question.text) + PromptText(format: ending)
    }

    /// The paraphrase that a reply holds: without white space and one pair of quotation marks around it.
    static func paraphrase(in reply: String) -> String {
        let text = reply.trimmed
        guard text.count > 1, let first = text.first, let last = text.last,
            ["\"\"", "“”", "''", "‘’"].contains("\(first)\(last)")
        else { return text }
        return String(text.dropFirst().dropLast()).trimmed
    }
}
