/// What the loop needs from the journal: questions, candidates, checkpoints and the rounds themselves.
///
/// Every method that writes is one transaction that leaves the journal true whether or not the next one
/// happens: files first, then the row, then the word.
///
/// Events passed in are written in the same transaction and announced after its commit.
public protocol RoundStore: QuestionSource, CandidateLedger, CheckpointLibrary, RoundLog {}

/// The questions.
public protocol QuestionSource: Sendable {
    /// Questions of a split in order of number.
    ///
    /// - Parameter split: The split.
    /// - Returns: Its questions.
    /// - Throws: An error of the store.
    func questions(in split: Split) async throws -> [Question]

    /// Questions of a split that a round began with, in order of number: those added since count from the next round.
    ///
    /// - Parameters:
    ///   - split: The split.
    ///   - round: The round.
    /// - Returns: The split's questions.
    /// - Throws: An error of the store.
    func questions(in split: Split, of round: RoundID) async throws -> [Question]
}

/// The candidates of rounds.
public protocol CandidateLedger: Sendable {
    /// The waves of a round in order.
    ///
    /// - Parameter round: The round.
    /// - Returns: Done and pending waves.
    /// - Throws: An error of the store.
    func waves(of round: RoundID) async throws -> [Wave]

    /// Records one wave's candidates and marks it done.
    ///
    /// - Parameters:
    ///   - wave: The wave.
    ///   - round: The round.
    ///   - candidates: All its candidates.
    ///   - seconds: Time it took, added to the phase's seconds in the round's report.
    /// - Throws: An error of the store.
    func commitWave(_ wave: Wave, of round: RoundID, candidates: [Candidate], seconds: Double) async throws

    /// A round's candidates ordered by question, then index.
    ///
    /// - Parameter round: The round.
    /// - Returns: All of them.
    /// - Throws: An error of the store.
    func candidates(of round: RoundID) async throws -> [Candidate]

    /// The part of a round's candidates that a phase works on, ordered by question, then index.
    ///
    /// - Parameters:
    ///   - round: The round.
    ///   - part: Which ones, and whether with their texts.
    /// - Returns: All of that part.
    /// - Throws: An error of the store.
    func candidates(of round: RoundID, _ part: CandidatePart) async throws -> [Candidate]

    /// One page of a round's candidates ordered by question, then index, in whole questions.
    ///
    /// - Parameters:
    ///   - round: The round.
    ///   - question: The last question of the page before; nil begins with the first.
    /// - Returns: As many as the store likes to give at once; none when there are no more.
    /// - Throws: An error of the store.
    func candidates(of round: RoundID, after question: QuestionID?) async throws -> [Candidate]

    /// The candidates kept in the rounds that made a checkpoint and all before it, back to the base model.
    ///
    /// - Parameter id: The checkpoint.
    /// - Returns: The candidates, oldest round first, then by question and index; none for the base model.
    /// - Throws: An error of the store.
    func keptCandidates(upTo id: CheckpointID) async throws -> [Candidate]
}

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
    /// - Returns: Where it lies; nil for the base model.
    /// - Throws: An error of the store when it is missing or does not match its record.
    func adapter(of id: CheckpointID) async throws -> AdapterLocation?

    /// The settings of the round that made a checkpoint.
    ///
    /// - Parameter id: The checkpoint.
    /// - Returns: The settings; nil for the base model.
    /// - Throws: An error of the store.
    func configuration(of id: CheckpointID) async throws -> RoundConfiguration?

    /// Writes a training save durably and drops the ones before it. Synchronous: called on the engine's thread.
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
    /// - Throws: An error of the store, also when the round was abandoned meanwhile, has its verdict already, or would
    ///   get a second checkpoint.
    func commit(_ end: PhaseEnd) async throws -> RoundRecord

    /// Rounds in a row with one outcome at the end of the list of finished rounds, since the last rollback, added
    /// question or word of a person to go on from a plateau.
    ///
    /// - Parameter outcome: Such as rejected.
    /// - Returns: The count.
    /// - Throws: An error of the store.
    func streak(of outcome: Outcome) async throws -> Int

    /// Writes events that belong to no other change.
    ///
    /// - Parameter events: The events.
    /// - Throws: An error of the store.
    func append(_ events: [RoundEvent]) async throws
}
