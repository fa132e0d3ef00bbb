/// What the order of options does to the answers of a round (method, section 9.5): for
/// `generate.permuteOptions`.
struct OptionVotes {
    private let vote: MajorityVote
    private var letterCounts: [String: Int] = [:]
    private var comparedCount = 0
    private var flippedCount = 0

    /// Nothing yet.
    init(_ vote: MajorityVote) { self.vote = vote }

    /// Counts one question.
    ///
    /// - Parameter groups: Its answers by the order that they saw, each with the option's own letter.
    mutating func take(_ groups: [(order: OptionOrder, answers: [String?])]) {
        for (order, answers) in groups {
            for answer in answers.compactMap({ $0 }) {
                letterCounts[order.written(answer), default: 0] += 1
            }
        }
        let winners = groups.compactMap { vote.tally($0.answers).winner }
        guard winners.count > 1 else { return }
        comparedCount += 1
        flippedCount += Set(winners).count > 1 ? 1 : 0
    }

    /// Share of the questions with a winner in two orders or more whose winners differ; nil without any.
    var flipRate: Double? { comparedCount == 0 ? nil : Double(flippedCount) / Double(comparedCount) }

    /// Share of each letter as it was written; nil without an answer.
    var letterShares: [String: Double]? {
        let total = letterCounts.values.reduce(0, +)
        return total == 0 ? nil : letterCounts.mapValues { Double($0) / Double(total) }
    }
}
