/// The paraphrases that the model writes of its own questions.
public protocol ParaphraseLedger: Sendable {
    /// Records durably what the model wrote for questions of an open round, in one transaction.
    ///
    /// From then on reads of the round's questions, and of those of later rounds, have the kept ones.
    ///
    /// - Parameters:
    ///   - records: One per question, each once a round.
    ///   - round: The round.
    /// - Throws: An error of the store, also when a question has its record in the round already.
    func commitParaphrases(_ records: [ParaphraseRecord], of round: RoundID) async throws

    /// What was written in a round, in order of question.
    ///
    /// - Parameter round: The round.
    /// - Returns: One record per question that was to be put into other words.
    /// - Throws: An error of the store.
    func paraphrases(of round: RoundID) async throws -> [ParaphraseRecord]
}
