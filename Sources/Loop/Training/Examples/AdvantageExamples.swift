/// Every candidate of a question by its advantage: a reward of 1 for what agrees with the vote, 0 for what
/// lost it, less the mean reward of the question.
///
/// Candidates that a filter after the vote has dropped take no part, and neither do questions whose
/// candidates all have one reward. A candidate that could not be read votes for nothing here, unlike in
/// TTRL's own code.
public struct AdvantageExamples: ExampleRule {
    /// Keeps a deviation from dividing by next to nothing.
    static let epsilon = 1e-6

    /// Whether advantages are divided by the sample standard deviation of their question's rewards.
    public let isScaled: Bool
    /// Whether candidates without a readable answer have reward 0 instead of taking no part.
    public let unreadIsWrong: Bool
    /// Whether the objective compares with the round's start model.
    public let needsReference: Bool

    /// Builds the rule.
    public init(isScaled: Bool, unreadIsWrong: Bool, needsReference: Bool) {
        self.isScaled = isScaled
        self.unreadIsWrong = unreadIsWrong
        self.needsReference = needsReference
    }

    /// It does.
    public var comparesVotes: Bool { true }

    /// Log-probabilities under the round's start model, where the ratio to it is clipped.
    public var neededScores: [ScoreName] { needsReference ? [.reference] : [] }

    /// All that lost, and those without an answer where they are wrong.
    public func losers(of question: VotedQuestion) -> [Int] {
        guard !question.winners.isEmpty else { return [] }
        let unread = question.candidates.indices.filter { (place: Int) -> Bool in
            guard unreadIsWrong, let reason = question.candidates[place].reason else { return false }
            return [.unparsed, .judgeNone].contains(reason)
        }
        return (question.losers + unread).sorted()
    }

    /// The advantages.
    public func parts(of question: VotedQuestion) -> [Int: TrainingSamples.Part] {
        func takesPart(_ place: Int) -> Bool {
            !needsReference || question.candidates[place].scores[.reference] != nil
        }
        let (right, wrong) = (
            question.winners.filter(takesPart), losers(of: question).filter(takesPart)
        )
        guard !right.isEmpty, !wrong.isEmpty else { return [:] }
        let advantages = Self.advantages(rightCount: right.count, wrongCount: wrong.count, isScaled: isScaled)
        var parts: [Int: TrainingSamples.Part] = [:]
        for (places, advantage) in [(right, advantages.right), (wrong, advantages.wrong)] {
            for place in places {
                parts[place] = TrainingSamples.Part(
                    weight: advantage,
                    referenceLogProbability: needsReference
                        ? question.candidates[place].scores[.reference] : nil
                )
            }
        }
        return parts
    }

    /// Reward less mean reward, over the sample standard deviation and ε where scaled.
    static func advantages(rightCount: Int, wrongCount: Int, isScaled: Bool) -> (right: Double, wrong: Double)
    {
        let (count, rightCount) = (Double(rightCount + wrongCount), Double(rightCount))
        let mean = rightCount / count
        guard isScaled else { return (1 - mean, -mean) }
        let squares = rightCount * (1 - mean) * (1 - mean) + (count - rightCount) * mean * mean
        let deviation = (squares / (count - 1)).squareRoot() + epsilon
        return ((1 - mean) / deviation, -mean / deviation)
    }
}
