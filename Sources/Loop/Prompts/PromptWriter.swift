/// Writes the prompts of a round: its settings and the format that they name.
public struct PromptWriter: Sendable {
    let settings: PromptSettings
    let format: any PromptFormat

    /// The prompt of a question, ready for an answer.
    ///
    /// Scoring and fine-tuning use it, without worked examples.
    public func prompt(for question: QuestionInput) -> PromptText { format.render(Prompt(question)) }

    /// A question's prompt behind `generationPrefix`.
    public func generationPrompt(for question: QuestionInput) -> PromptText {
        format.render(Prompt(question), after: settings.shots)
    }

    /// A question's prompt behind `evaluationPrefix`.
    public func evaluationPrompt(for question: QuestionInput) -> PromptText {
        format.render(Prompt(question), after: evaluationShots)
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
