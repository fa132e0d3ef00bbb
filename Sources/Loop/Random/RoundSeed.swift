/// Derives each round's seed from the run's.
public enum RoundSeed {
    /// The seed of a round.
    ///
    /// A rejected round is followed by one with another seed even when its number were the same, and
    /// equal arguments always give the same seed: words 0 and 1 of Philox under the run's seed at counter
    /// (round, rejections, 0, 1).
    ///
    /// - Parameters:
    ///   - base: The run's seed from the configuration.
    ///   - round: The round's number.
    ///   - rejections: Rejected rounds in a row before it.
    /// - Returns: The round's seed.
    public static func derive(base: UInt64, round: Int, rejections: Int) -> UInt64 {
        let words = Philox(seed: base).words(
            UInt32(truncatingIfNeeded: round),
            UInt32(truncatingIfNeeded: rejections),
            0,
            1
        )
        return UInt64(words.y) << 32 | UInt64(words.x)
    }
}
