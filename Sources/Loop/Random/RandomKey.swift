/// What all randomness of a round is keyed by, together with question, candidate and position.
public struct RandomKey: Hashable, Codable, Sendable {
    /// The round's seed.
    public var seed: UInt64
    /// The round's number; 0 outside rounds.
    public var round: UInt32

    /// Builds a key.
    public init(seed: UInt64, round: UInt32) {
        self.seed = seed
        self.round = round
    }
}
