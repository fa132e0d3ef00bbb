/// Measures prompts as the engine will: with the model's own tokenizer, against what the model takes.
public struct PromptRuler: Sendable {
    /// The most tokens that a prompt and what is written after it may have together.
    public let contextLength: Int
    /// The most tokens of a text that is scored, its end token included.
    public let scoringLength: Int
    /// The number of tokens of a whole text.
    public let count: @Sendable (PromptText) -> Int

    /// Builds a ruler.
    public init(
        contextLength: Int,
        scoringLength: Int? = nil,
        count: @escaping @Sendable (PromptText) -> Int
    ) {
        self.contextLength = contextLength
        self.scoringLength = scoringLength ?? contextLength
        self.count = count
    }
}
