/// A sample as tokens.
public struct TokenizedSample: Hashable, Codable, Sendable {
    /// Its index in the caller's list.
    public let index: Int
    /// encode(prompt + completion), then the end token.
    public let tokens: [Int32]
    /// Number of prompt tokens; the answer span is everything after.
    public let promptCount: Int
    /// Factor on its loss, or its advantage; see `TrainingExample.weight`.
    public let weight: Double
    /// Number of the group that an objective judges it in; its index unless set, so that it is alone.
    public var group: Int
    /// Sum of its scored tokens' log-probabilities under the round's start model, nats; nil without one.
    public var referenceLogProbability: Double?

    /// Builds a sample that is a group of its own.
    public init(index: Int, tokens: [Int32], promptCount: Int, weight: Double) {
        self.index = index
        self.tokens = tokens
        self.promptCount = promptCount
        self.weight = weight
        group = index
    }

    /// How many of its tokens carry loss; the first never does, because nothing comes before it.
    public func scoredTokenCount(_ span: LossSpan) -> Int {
        switch span {
        case .answerOnly: tokens.count - max(promptCount, 1)
        case .fullSequence: tokens.count - 1
        }
    }
}
