extension RandomKey {
    /// Uses of a round's randomness beside sampling its candidates.
    public enum Stream: UInt32, Sendable {
        /// Ratings of candidates.
        case rating = 1
        /// The model's own answers to valid questions.
        case ownAnswers = 2
        /// Paraphrases of questions.
        case paraphrases = 3
    }

    /// The key of another stream of the same round: words 0 and 1 of Philox under the seed at counter
    /// (round, 0, stream, 2), which no other key takes.
    public func stream(_ stream: Stream) -> RandomKey {
        let words = Philox(seed: seed).words(round, 0, stream.rawValue, 2)
        return RandomKey(seed: UInt64(words.y) << 32 | UInt64(words.x), round: round)
    }
}
