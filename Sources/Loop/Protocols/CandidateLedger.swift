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
    /// - Returns: As many as the store reads at once; empty after the last page.
    /// - Throws: An error of the store.
    func candidates(of round: RoundID, after question: QuestionID?) async throws -> [Candidate]

    /// The candidates kept in the rounds that made a checkpoint and all before it, back to the base model.
    ///
    /// - Parameter id: The checkpoint.
    /// - Returns: The candidates, oldest round first, then by question and index; none for the base model.
    /// - Throws: An error of the store.
    func keptCandidates(upTo id: CheckpointID) async throws -> [Candidate]
}
