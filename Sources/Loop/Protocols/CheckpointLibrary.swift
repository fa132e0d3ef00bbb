/// The checkpoints, their adapters and their scores.
public protocol CheckpointLibrary: Sendable {
    /// The checkpoint that generation starts from.
    ///
    /// - Returns: The current checkpoint; the base model's row in a new state.
    /// - Throws: An error of the store.
    func currentCheckpoint() async throws -> CheckpointRecord

    /// A checkpoint's adapter on disk after its files' SHA-256s were checked.
    ///
    /// - Parameter id: The checkpoint.
    /// - Returns: Where it is; nil for the base model.
    /// - Throws: An error of the store when it is missing or does not match its record.
    func adapter(of id: CheckpointID) async throws -> AdapterLocation?

    /// The settings of the round that made a checkpoint.
    ///
    /// - Parameter id: The checkpoint.
    /// - Returns: The settings; nil for the base model.
    /// - Throws: An error of the store.
    func configuration(of id: CheckpointID) async throws -> RoundConfiguration?

    /// Writes a training save durably and drops the ones before it. Synchronous: called on the engine's
    /// thread.
    ///
    /// - Parameters:
    ///   - save: The save.
    ///   - round: The round.
    /// - Throws: An error of the store.
    func write(_ save: TrainingSave, of round: RoundID) throws

    /// The newest complete training save of a round.
    ///
    /// - Parameter round: The round.
    /// - Returns: Its directory after its hashes were checked; nil when there is none.
    /// - Throws: An error of the store.
    func newestTrainingSave(of round: RoundID) async throws -> String?

    /// Writes a contender durably beside the round's training saves; what is there whole with the same bytes
    /// stays, with its score. All go with the training saves.
    ///
    /// - Parameters:
    ///   - contender: The contender.
    ///   - number: Its place in the order of contenders, from 1.
    ///   - round: The round.
    /// - Returns: Where it is, and its score if one was recorded.
    /// - Throws: An error of the store.
    func keep(_ contender: Contender, number: Int, of round: RoundID) async throws -> KeptContender

    /// Records durably what a kept contender scored.
    ///
    /// - Parameters:
    ///   - score: The score.
    ///   - adapter: The contender, as `keep` returned it.
    ///   - number: Its place in the order of contenders.
    ///   - round: The round.
    /// - Throws: An error of the store.
    func record(
        _ score: ContenderScore,
        of adapter: AdapterLocation,
        number: Int,
        of round: RoundID
    ) async throws

    /// An evaluation recorded earlier, so that the incumbent is not asked again.
    ///
    /// - Parameters:
    ///   - checkpoint: The checkpoint.
    ///   - split: The split.
    /// - Returns: The evaluation; nil when there is none or it was of other questions than the open round's.
    /// - Throws: An error of the store.
    func evaluation(of checkpoint: CheckpointID, on split: Split) async throws -> Evaluation?

    /// Records an evaluation, replacing an older one of the same checkpoint and split.
    ///
    /// - Parameters:
    ///   - evaluation: The evaluation.
    ///   - checkpoint: The checkpoint.
    /// - Throws: An error of the store.
    func record(_ evaluation: Evaluation, of checkpoint: CheckpointID) async throws
}
