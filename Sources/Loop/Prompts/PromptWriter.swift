/// Writes the prompts of a round: its settings and the format that they name.
public struct PromptWriter: Sendable {
    let settings: PromptSettings
    let format: any PromptFormat
    /// The same format without thinking, for replies of a word.
    let brief: any PromptFormat

    /// The prompt of a question, ready for an answer.
    ///
    /// Scoring and fine-tuning use it, without worked examples.
    public func prompt(for question: QuestionInput) -> PromptText { format.render(Prompt(question)) }

    /// A question's prompt behind `generationPrefix`.
    public func generationPrompt(for question: QuestionInput) -> PromptText {
        format.render(begun(question), after: settings.shots)
    }

    /// A question's prompt behind `evaluationPrefix`.
    public func evaluationPrompt(for question: QuestionInput) -> PromptText {
        format.render(begun(question), after: evaluationShots)
    }

    /// What the text of every answer that is written begins with.
    ///
    /// The prompts for writing end with it, and the engine goes on from there: `whole(_:)` puts it before
    /// what the engine wrote.
    public var answerStart: String { format.answerOpening + settings.answerPrefix }

    /// Texts as the engine wrote them, with what they begin with.
    public func whole(_ texts: [GeneratedText]) -> [GeneratedText] {
        let start = answerStart
        guard !start.isEmpty else { return texts }
        return texts.map { text in
            var text = text
            text.text = start + text.text
            return text
        }
    }

    private func begun(_ question: QuestionInput) -> Prompt {
        var prompt = Prompt(question)
        // The tag is the template's; what people want an answer to begin with is text.
        prompt.answerStart =
            PromptText(format: format.answerOpening) + PromptText(content: settings.answerPrefix)
        return prompt
    }

    var evaluationShots: String { settings.shotsInEvaluation ? settings.shots : "" }

    /// What comes right before an answer, without any question.
    public var answerHeader: PromptText { format.answerHeader }

    /// The text before every prompt in generation: the worked examples.
    public var generationPrefix: PromptText { format.prefix(settings.shots) }

    /// The text before every prompt in evaluation.
    public var evaluationPrefix: PromptText {
        format.prefix(evaluationShots)
    }

    /// A valid question's prompt with its reference rationale, to score.
    ///
    /// - Throws: `LoopError` `invalid_data` when the question has no rationale.
    func reference(_ question: Question) throws(LoopError) -> TextSample {
        guard let rationale = question.content.rationale else {
            throw .invalidQuestion(
                question.content.origin,
                "valid question \(question.id) has no rationale",
                "restore the journal"
            )
        }
        return TextSample(
            prompt: prompt(for: question.content),
            completion: settings.completion(for: rationale)
        )
    }
}
