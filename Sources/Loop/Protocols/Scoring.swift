/// A prompt with its completion, for scoring and fine-tuning.
///
/// Stored with the prompt as a plain string. Tokenised as `encode(prompt + completion)` with the boundary at
/// `encode(prompt).count`, then one end-of-text token; the recording scripts do the same.
public struct TextSample: Hashable, Codable, Sendable {
    /// Text up to where the answer begins.
    public var prompt: PromptText
    /// The answer's text, all of it content: no token in it is a control token.
    public var completion: String
    /// Factor on its loss, its copies times its policy weight, or whatever else the objective takes; see
    /// `TrainingExample.weight`.
    ///
    /// Ignored by `score`.
    public var weight: Double

    /// Prompt and answer, as one text.
    public var text: PromptText { prompt + PromptText(content: completion) }

    /// Builds a sample.
    public init(prompt: PromptText, completion: String, weight: Double = 1) {
        self.prompt = prompt
        self.completion = completion
        self.weight = weight
    }
}

/// The losses of one sample.
public struct SampleScore: Hashable, Sendable {
    /// Mean loss over the completion and one end token, nats per token; NaN for an empty span.
    public var answerLoss: Double
    /// Mean loss over every token but the first, nats per token.
    public var fullLoss: Double
    /// Tokens in the answer span, the end token included.
    public var answerTokenCount: Int
    /// Tokens of the sequence, the end token included.
    public var tokenCount: Int

    /// Builds a score.
    public init(answerLoss: Double, fullLoss: Double, answerTokenCount: Int, tokenCount: Int) {
        self.answerLoss = answerLoss
        self.fullLoss = fullLoss
        self.answerTokenCount = answerTokenCount
        self.tokenCount = tokenCount
    }
}
