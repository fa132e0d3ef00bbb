/// What a round's votes say about the questions of one level.
public struct LevelVote: Hashable, Codable, Sendable {
    /// The level.
    public var level: Int
    /// Questions of the level that were voted on.
    public var questionCount: Int
    /// Mean over them of the winner's votes divided by the question's candidates, 0...1.
    ///
    /// A candidate without a readable answer counts against the vote.
    public var meanShare: Double
    /// Share of them whose vote equals the reference answer; nil without references.
    ///
    /// Report only.
    public var voteAccuracy: Double?

    /// Builds it from its parts.
    public init(level: Int, questionCount: Int, meanShare: Double, voteAccuracy: Double? = nil) {
        self.level = level
        self.questionCount = questionCount
        self.meanShare = meanShare
        self.voteAccuracy = voteAccuracy
    }
}

/// Adds up the votes of each level, question by question.
struct LevelVotes {
    private struct Sum {
        var questionCount = 0
        var share = 0.0
        var referenceCount = 0
        var rightCount = 0
    }

    private var sums: [Int: Sum] = [:]

    /// Takes one question's vote; a question without a level counts nowhere.
    ///
    /// - Parameters:
    ///   - tally: Its votes.
    ///   - level: Its level.
    ///   - isRight: Whether the winner equals the reference; nil without a reference.
    mutating func take(_ tally: VoteTally, level: Int?, isRight: Bool?) {
        guard let level else { return }
        var sum = sums[level] ?? Sum()
        sum.questionCount += 1
        sum.share += Double(tally.winnerVoteCount) / Double(max(tally.candidateCount, 1))
        if let isRight {
            sum.referenceCount += 1
            sum.rightCount += isRight ? 1 : 0
        }
        sums[level] = sum
    }

    /// One entry a level, the lowest first; nil where no question has a level.
    var report: [LevelVote]? {
        guard !sums.isEmpty else { return nil }
        return sums.sorted { $0.key < $1.key }.map { level, sum in
            LevelVote(
                level: level,
                questionCount: sum.questionCount,
                meanShare: sum.share / Double(sum.questionCount),
                voteAccuracy: sum.referenceCount == 0
                    ? nil : Double(sum.rightCount) / Double(sum.referenceCount)
            )
        }
    }
}
