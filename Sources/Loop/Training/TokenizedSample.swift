/// A sample as tokens.
public struct TokenizedSample: Hashable, Codable, Sendable {
    /// Its index in the caller's list.
    public let index: Int
    /// encode(prompt + completion), then the end token.
    public let tokens: [Int32]
    /// Number of prompt tokens; the answer span is everything after.
    public let promptCount: Int
    /// Factor on its loss.
    public let weight: Double

    /// Builds a sample.
    public init(index: Int, tokens: [Int32], promptCount: Int, weight: Double) {
        self.index = index
        self.tokens = tokens
        self.promptCount = promptCount
        self.weight = weight
    }
}
