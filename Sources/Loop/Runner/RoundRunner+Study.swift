extension RoundRunner {
    /// Lets a round's incumbent answer gate and test, unless both are known.
    ///
    /// A study compares every arm with it, one that has trained nothing too.
    ///
    /// - Parameter round: The round, whose questions and settings count.
    /// - Throws: `CancellationError`, or an error of engine or store.
    public func evaluateParent(of round: RoundRecord) async throws {
        for split in [Split.gate, .test] {
            let questions = try await store.questions(in: split, of: round.id)
            guard !questions.isEmpty else { continue }
            _ = try await evaluation(of: round.parent, on: split, questions: questions, round: round)
        }
    }
}
