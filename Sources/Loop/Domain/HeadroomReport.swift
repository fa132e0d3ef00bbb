/// How far the incumbent's vote is ahead of its own greedy answer, on the same questions: what a round could
/// teach it at most.
public struct HeadroomReport: Hashable, Codable, Sendable {
    /// Where the questions are from: `valid`, or `train` without a valid set.
    public var split: Split
    /// Questions asked.
    public var questionCount: Int
    /// Candidates per question that voted.
    public var voteCount: Int
    /// Questions that the greedy answer has right.
    public var greedyRightCount: Int
    /// Questions that the vote has right.
    public var voteRightCount: Int
    /// Tokens sampled for both; nil in records of before they were counted.
    public var tokenCount: Int?

    /// Builds a report from its parts.
    public init(
        split: Split,
        questionCount: Int,
        voteCount: Int,
        greedyRightCount: Int,
        voteRightCount: Int,
        tokenCount: Int? = nil
    ) {
        self.split = split
        self.questionCount = questionCount
        self.voteCount = voteCount
        self.greedyRightCount = greedyRightCount
        self.voteRightCount = voteRightCount
        self.tokenCount = tokenCount
    }

    /// Accuracy of the vote minus that of the greedy answer, −1...1; 0 for no questions.
    public var lead: Double {
        Double(voteRightCount - greedyRightCount) / Double(max(questionCount, 1))
    }

    /// The numbers in one line: `+4.0 points: vote of 16 84.0 %, greedy 80.0 % of 50 valid questions`.
    public var sentence: String {
        let count = Double(max(questionCount, 1))
        return
            "\(lead < 0 ? "−" : "+")\(Plain.decimal(abs(lead) * 100, places: 1)) points: vote of \(voteCount) "
            + "\(Plain.percent(Double(voteRightCount) / count)), greedy \(Plain.percent(Double(greedyRightCount) / count)) "
            + "of \(Plain.count(questionCount)) \(split.rawValue) questions"
    }
}
