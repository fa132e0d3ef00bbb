/// The rounds, one after the other.
public protocol RoundLog: Sendable {
    /// Whether a phase has room for what it will write.
    ///
    /// - Throws: An error of the store when the disk has less free space than is kept in reserve.
    func checkSpace() async throws

    /// The round that has begun and not finished, if there is one.
    ///
    /// - Returns: At most one round.
    /// - Throws: An error of the store.
    func openRound() async throws -> RoundRecord?

    /// Begins the next round from the current checkpoint.
    ///
    /// - Parameters:
    ///   - seed: The seed of its randomness.
    ///   - configuration: The settings it keeps.
    ///   - waves: Its waves of generation, in order.
    ///   - events: Events to write with it; their round is filled in.
    /// - Returns: The new round in phase `generate`.
    /// - Throws: An error of the store, also when a round is open.
    func beginRound(
        seed: UInt64,
        configuration: RoundConfiguration,
        waves: [[QuestionID]],
        events: [RoundEvent]
    ) async throws -> RoundRecord

    /// Ends a phase: one transaction writes everything that `PhaseEnd` holds, files first.
    ///
    /// - Parameter end: What the phase leaves.
    /// - Returns: The round as recorded, with the checkpoint's number and the time of its end filled in.
    /// - Throws: An error of the store, also when the round was abandoned meanwhile, has its verdict already,
    ///   or would get a second checkpoint.
    func commit(_ end: PhaseEnd) async throws -> RoundRecord

    /// The settings that a round keeps.
    ///
    /// - Parameter round: The round.
    /// - Returns: Its settings.
    /// - Throws: An error of the store, also when there is no such round.
    func configuration(of round: RoundID) async throws -> RoundConfiguration

    /// What the votes said about levels in the rounds that began from a checkpoint or from one before it,
    /// back to the base model.
    ///
    /// - Parameter checkpoint: The checkpoint.
    /// - Returns: One entry for each finished round that measured any, oldest round first.
    /// - Throws: An error of the store.
    func levelVotes(upTo checkpoint: CheckpointID) async throws -> [[LevelVote]]

    /// How many of the newest finished rounds in a row have one outcome.
    ///
    /// Counted since the last rollback, added question, or `resume` of a loop that waits on a plateau.
    ///
    /// - Parameter outcome: Such as rejected.
    /// - Returns: The count.
    /// - Throws: An error of the store.
    func streak(of outcome: Outcome) async throws -> Int

    /// How many rounds directly before one were promoted; what a person does meanwhile does not count.
    ///
    /// - Parameter round: The round.
    /// - Returns: The count.
    /// - Throws: An error of the store.
    func promotions(directlyBefore round: RoundID) async throws -> Int

    /// Writes events that belong to no other change.
    ///
    /// - Parameter events: The events.
    /// - Throws: An error of the store.
    func append(_ events: [RoundEvent]) async throws
}
