/// The rounds whose checkpoints lead from the base model to one checkpoint, oldest first.
package struct CheckpointLine: Sendable {
    /// Most rounds that are read whole: the first, and the newest.
    package static let mostSteps = 24

    /// One round of the line.
    package struct Step: Sendable {
        package let round: RoundRecord
        /// Questions of its waves.
        package let questionCount: Int

        /// Joins both.
        package init(round: RoundRecord, questionCount: Int) {
            self.round = round
            self.questionCount = questionCount
        }
    }

    /// The first round of the line and its newest ones.
    package var steps: [Step]
    /// Rounds between the first and the one after it in `steps`.
    package var leftOutCount: Int

    /// Its last round.
    package var newest: Step? { steps.last }

    /// A line of steps.
    package init(steps: [Step], leftOutCount: Int = 0) {
        self.steps = steps
        self.leftOutCount = leftOutCount
    }
}
