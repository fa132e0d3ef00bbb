/// What another model says of one token of a text.
public struct TokenScore: Hashable, Sendable {
    /// Its loss, nats.
    public var loss: Double
    /// How many tokens that model holds more likely, from 0.
    public var rank: Int

    /// Builds a score.
    public init(loss: Double, rank: Int) { (self.loss, self.rank) = (loss, rank) }
}

/// What another model than the round's says of texts.
public struct SmallModelScores: Hashable, Sendable {
    /// What identifies that model: its weights and every file that it was read from.
    public var digest: String
    /// Per text the tokens of its completion and one end token, as that model cuts it; none for a text that
    /// is longer than that model accepts.
    public var texts: [[TokenScore]]

    /// Builds the reply.
    public init(digest: String, texts: [[TokenScore]]) { (self.digest, self.texts) = (digest, texts) }
}
