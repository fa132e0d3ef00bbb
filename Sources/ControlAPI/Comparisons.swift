public import Loop

/// Two checkpoints on the same held-out questions, side by side.
///
/// Counts and accuracies are over the questions that both were asked.
public struct CompareReply: ControlReply, Hashable {
    /// One of the two checkpoints.
    public struct Side: Hashable, Codable, Sendable {
        /// The checkpoint; 0 is the base model.
        public var checkpoint: CheckpointID
        /// The round that made it; nil for the base model.
        public var round: RoundID?
        /// Its accuracy on the compared questions.
        public var accuracy: Accuracy
        /// Questions it was asked; more than were compared if the other was not asked all of them.
        public var askedCount: Int

        /// Memberwise.
        public init(checkpoint: CheckpointID, round: RoundID?, accuracy: Accuracy, askedCount: Int) {
            self.checkpoint = checkpoint
            self.round = round
            self.accuracy = accuracy
            self.askedCount = askedCount
        }
    }

    /// A question that one of the two has right and the other has not.
    public struct Difference: Hashable, Codable, Sendable {
        /// The question's number.
        public var question: QuestionID
        /// The question's text.
        public var questionText: String
        /// The reference answer.
        public var reference: String?
        /// What the first checkpoint answered.
        public var a: Given
        /// What the second checkpoint answered.
        public var b: Given

        /// Joins a difference with its question.
        public init(_ difference: EvaluationComparison.Difference, question content: QuestionInput) {
            question = difference.question
            questionText = content.text
            reference = content.answer
            a = Given(difference.a)
            b = Given(difference.b)
        }
    }

    /// What a checkpoint answered to a question.
    public struct Given: Hashable, Codable, Sendable {
        /// The greedy text.
        public var text: String
        /// The extracted answer; nil when none could be read.
        public var answer: String?

        /// Takes an evaluation's answer.
        public init(_ answer: EvaluationAnswer) {
            text = answer.text
            self.answer = answer.answer
        }
    }

    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The split whose questions were asked.
    public var split: Split
    /// The first checkpoint.
    public var a: Side
    /// The second checkpoint.
    public var b: Side
    /// Questions that both have right.
    public var bothRightCount: Int
    /// Questions that only the second has right.
    public var gainedCount: Int
    /// Questions that only the first has right.
    public var lostCount: Int
    /// Questions that neither has right.
    public var neitherCount: Int
    /// The exact two-sided sign test over the questions that differ, 0...1.
    public var pValue: Double
    /// Which is better, by how much, and whether that may be chance, in one line of plain words.
    public var verdict: String
    /// What limits the comparison, in plain words: other questions, other settings; empty when nothing does.
    public var notes: [String]
    /// A page of the questions gained, in order of number.
    public var gained: [Difference]
    /// A page of the questions lost, in order of number.
    public var lost: [Difference]
    /// Questions before the page, in each of the two lists.
    public var offset: Int
    /// The page's size, for each of the two lists.
    public var limit: Int

    /// A reply without its pages.
    public init(
        _ comparison: EvaluationComparison,
        split: Split,
        a: CheckpointRecord,
        b: CheckpointRecord,
        verdict: String,
        notes: [String]
    ) {
        self.split = split
        self.a = Side(
            checkpoint: a.id,
            round: a.round,
            accuracy: comparison.accuracyOfA,
            askedCount: comparison.askedCountOfA
        )
        self.b = Side(
            checkpoint: b.id,
            round: b.round,
            accuracy: comparison.accuracyOfB,
            askedCount: comparison.askedCountOfB
        )
        bothRightCount = comparison.bothRightCount
        gainedCount = comparison.gained.count
        lostCount = comparison.lost.count
        neitherCount = comparison.neitherCount
        pValue = comparison.pValue
        self.verdict = verdict
        self.notes = notes
        (gained, lost, offset, limit) = ([], [], 0, 0)
    }

    /// Questions that both were asked.
    public var comparedCount: Int { bothRightCount + gainedCount + lostCount + neitherCount }
}
