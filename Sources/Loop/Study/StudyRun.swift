/// One arm of one seed, once its round has ended.
public struct StudyRun: Hashable, Sendable {
    /// The arm.
    public let arm: String
    /// The seed.
    public let seed: UInt64
    /// Its round.
    public let round: RoundRecord
    /// What the incumbent answered.
    public let before: [Split: Evaluation]
    /// What the new checkpoint answered; the incumbent's answers where none was trained.
    public let after: [Split: Evaluation]

    /// Joins a round and the answers.
    ///
    /// - Parameters:
    ///   - arm: The arm.
    ///   - seed: The seed.
    ///   - round: Its round, ended.
    ///   - before: The incumbent's evaluations.
    ///   - after: The new checkpoint's; not looked at when the round made none.
    public init(
        arm: String,
        seed: UInt64,
        round: RoundRecord,
        before: [Split: Evaluation],
        after: [Split: Evaluation]
    ) {
        (self.arm, self.seed, self.round, self.before) = (arm, seed, round, before)
        self.after = round.checkpoint == nil ? before : after
    }

    /// Seconds of the phases that arms do not share.
    var ownSeconds: Double {
        round.report.secondsPerPhase.filter { $0.key != Phase.generate.rawValue }.sorted { $0.key < $1.key }
            .reduce(0) { $0 + $1.value }
    }
}
