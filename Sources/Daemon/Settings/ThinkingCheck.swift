import Loop

/// Whether `prompt.thinking` and the model's chat template want the same.
enum ThinkingCheck {
    /// What deserves a word: thoughts that are cut off, or a setting that the template takes no notice of.
    ///
    /// - Parameters:
    ///   - round: The settings with `prompt.format` `auto` replaced.
    ///   - formats: The formats that the model has.
    /// - Returns: Warnings; none for plain prompts.
    /// - Throws: `LoopError` when the template cannot render prompts.
    static func warnings(_ round: RoundConfiguration, _ formats: PromptFormats) throws -> [String] {
        guard round.prompt.format == .chat else { return [] }
        let writer = try round.prompt.writer(formats)
        guard round.prompt.thinking == .on else {
            guard writer.answerStart.contains("<think>") else { return [] }
            return [
                "the model's chat template begins each answer with thinking, but prompt.thinking is off: generate.stop and "
                    + "generate.maxNewTokens cut thoughts off before there is an answer; set prompt.thinking to on"
            ]
        }
        var brief = round.prompt
        brief.thinking = .off
        guard try example(writer) == example(brief.writer(formats)) else { return [] }
        return [
            "prompt.thinking is on, but the model's chat template takes no notice of it: prompts are the same without; set "
                + "prompt.thinking to off, or use a model that thinks"
        ]
    }

    private static func example(_ writer: PromptWriter) -> [String] {
        let question = QuestionInput(text: "?", split: .train, origin: "")
        return [
            writer.generationPrefix.text, writer.generationPrompt(for: question).text, writer.answerStart,
        ]
    }
}
