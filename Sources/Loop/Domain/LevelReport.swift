/// What a round has measured level by level; all nil where no question has a level.
public struct LevelReport: Hashable, Codable, Sendable {
    /// The highest level among its questions, under a curriculum.
    public var frontierLevel: Int?
    /// What the votes said, the lowest level first.
    public var levelVotes: [LevelVote]?
    /// Accuracy of the incumbent and of the new checkpoint on the gate's questions, by level.
    public var gateLevels: [LevelAccuracy]?
    /// The same on the test split.
    ///
    /// Report only.
    public var testLevels: [LevelAccuracy]?

    /// Nothing yet.
    public init() {}
}

/// The accuracy of two checkpoints on the questions of one level.
public struct LevelAccuracy: Hashable, Codable, Sendable {
    /// The level.
    public var level: Int
    /// The incumbent's accuracy.
    public var before: Accuracy
    /// The new checkpoint's accuracy.
    public var after: Accuracy

    /// Builds it from its parts.
    public init(level: Int, before: Accuracy, after: Accuracy) {
        self.level = level
        self.before = before
        self.after = after
    }

    /// Sorts the answers of two evaluations by level.
    ///
    /// - Parameters:
    ///   - questions: The questions that were asked; those without a level count nowhere.
    ///   - before: The incumbent's evaluation.
    ///   - after: The new checkpoint's.
    /// - Returns: One entry a level, the lowest first; nil where no question has a level.
    static func perLevel(_ questions: [Question], before: Evaluation, after: Evaluation) -> [LevelAccuracy]? {
        let levels = Dictionary(
            questions.compactMap { question in question.content.level.map { (question.id, $0) } }
        ) { first, _ in first }
        guard !levels.isEmpty else { return nil }
        func accuracy(_ evaluation: Evaluation, at level: Int) -> Accuracy {
            let answers = evaluation.answers.filter { levels[$0.question] == level }
            return Accuracy(rightCount: answers.count(where: \.isRight), of: answers.count)
        }
        return Set(levels.values).sorted().map { level in
            LevelAccuracy(
                level: level,
                before: accuracy(before, at: level),
                after: accuracy(after, at: level)
            )
        }
    }
}
